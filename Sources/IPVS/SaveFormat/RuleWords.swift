/// Splits a line into words as a shell does it: blanks, quotes and comments.
enum RuleWords {
  /// The longest line that is read, in bytes.
  static let maximumLineLength = 4096

  /// The words of a line that has no line feed; none for a blank line or a comment.
  static func split(_ line: ArraySlice<UInt8>) throws(RuleFault) -> [String] {
    guard line.count <= maximumLineLength else {
      throw RuleFault("the line is longer than \(maximumLineLength) bytes")
    }
    if let byte = line.first(where: { isControl($0) }) {
      let digits = String(byte, radix: 16, uppercase: true)
      throw RuleFault("the line holds a control character (0x\(byte < 16 ? "0" : "")\(digits))")
    }
    guard String(validating: line, as: UTF8.self) != nil else { throw RuleFault("the line is not UTF-8") }

    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    for byte in line {
      if let open = quote {
        if byte == open { quote = nil } else { word?.append(byte) }
        continue
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        if let complete = word { words.append(String(decoding: complete, as: UTF8.self)) }
        word = nil
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        quote = byte
        // An empty pair of quotes is a word, too.
        word = word ?? []
      case UInt8(ascii: "#") where word == nil:
        return words
      default:
        if word == nil { word = [byte] } else { word?.append(byte) }
      }
    }
    if let complete = word {
      let text = String(decoding: complete, as: UTF8.self)
      guard quote == nil else { throw RuleFault("the quote of \(text.quoted) is not closed") }
      words.append(text)
    }
    return words
  }

  private static func isControl(_ byte: UInt8) -> Bool {
    (byte < 0x20 && byte != UInt8(ascii: "\t") && byte != UInt8(ascii: "\r")) || byte == 0x7F
  }
}
