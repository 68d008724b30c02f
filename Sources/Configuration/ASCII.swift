extension UInt8 {
  /// 0 to 9.
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// A to Z and a to z.
  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

  /// What is printed and is no blank: "!" to "~".
  var isVisible: Bool { (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(self) }
}

extension StringProtocol {
  /// One or more digits and nothing else.
  var isNumber: Bool { !isEmpty && utf8.allSatisfy(\.isDigit) }

  /// Whether it has letters, digits and some more characters, and nothing else.
  func isWord(with others: String) -> Bool {
    utf8.allSatisfy { $0.isDigit || $0.isLetter || others.utf8.contains($0) }
  }
}
