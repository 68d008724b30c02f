/// The bytes of a file, once they are known to be text.
struct SourceText {
  private let bytes: ArraySlice<UInt8>

  /// Larger files are refused before anything looks at them, in bytes; ten thousand services fit.
  static let maximumSize = 8 << 20

  /// Takes the bytes as they are.
  init(_ bytes: [UInt8]) {
    // A byte order mark says nothing in UTF-8, and counts in no column.
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
  }

  /// The text without its byte order mark.
  var content: ArraySlice<UInt8> { bytes }

  /// Looks for what no reader of YAML could say a clear word about.
  func check(_ report: Report) {
    if bytes.count > Self.maximumSize {
      report.add(.tooLarge(size: bytes.count, maximum: Self.maximumSize))
    } else if bytes.contains(0) {
      let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      report.add(isUTF16 ? .utf16 : .notText)
    } else {
      checkCharacters(report)
      checkLines(report)
    }
  }

  /// The lines of some places, each nil unless it is short enough to be shown in one line of a terminal.
  ///
  /// - Parameter positions: the places in the order of the text, which is walked once.
  /// - Returns: one line for each place.
  func excerpts(at positions: [SourcePosition]) -> [String?] {
    var numbered = zip(1..., lines).makeIterator()
    var current = numbered.next()
    return positions.map { position in
      while let line = current, line.0 < position.line { current = numbered.next() }
      return current.flatMap { Self.excerpt($0.1, column: position.column) }
    }
  }

  private static func excerpt(_ line: ArraySlice<UInt8>, column: Int) -> String? {
    guard line.count <= 400, let text = String(validating: line, as: UTF8.self) else { return nil }
    let characters = text.unicodeScalars
    guard (1...160).contains(characters.count), column <= characters.count + 1 else { return nil }
    return characters.allSatisfy { $0 == "\t" || isAllowed($0) } ? text : nil
  }

  /// The lines without their ends; a line ends with LF, CR LF or CR, as in YAML.
  private var lines: some Sequence<ArraySlice<UInt8>> {
    sequence(state: bytes as ArraySlice<UInt8>?) { rest in
      guard let text = rest else { return nil }
      let line = text.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
      let end = text[line.endIndex...]
      if end.isEmpty {
        rest = nil
      } else {
        rest = end.dropFirst(end.starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]) ? 2 : 1)
      }
      return line
    }
  }

  /// Notes the first byte that is not UTF-8, or the first character that has no place in a text.
  private func checkCharacters(_ report: Report) {
    var position = SourcePosition(line: 1, column: 1)
    var previous: Unicode.Scalar?
    var input = bytes.makeIterator()
    var decoder = UTF8()
    while true {
      switch decoder.decode(&input) {
      case .emptyInput: return
      case .error: return report.add(.notUTF8, at: position)
      case .scalarValue("\n") where previous == "\r": previous = "\n"
      case .scalarValue(let character):
        if character == "\n" || character == "\r" {
          position = SourcePosition(line: position.line + 1, column: 1)
        } else if character == "\t" || Self.isAllowed(character) {
          position.column += 1
        } else {
          return report.add(.forbiddenCharacter(character), at: position)
        }
        previous = character
      }
    }
  }

  /// YAML 1.1 §5.1, less the line breaks that no editor counts and the mark that nobody sees.
  private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
    switch character.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202F...0x2065, 0x206A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
    case 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// Notes every line that is indented by a tab, and a text that has no line with anything on it.
  private func checkLines(_ report: Report) {
    var isEmpty = true
    for (index, line) in lines.enumerated() {
      let content = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard let first = content.first, first != UInt8(ascii: "#") else { continue }
      isEmpty = false
      if let tab = line[..<content.startIndex].firstIndex(of: UInt8(ascii: "\t")) {
        report.add(.tabIndentation, at: SourcePosition(line: index + 1, column: tab - line.startIndex + 1))
      }
    }
    if isEmpty { report.add(.empty) }
  }
}
