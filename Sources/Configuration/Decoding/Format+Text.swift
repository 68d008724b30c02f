internal import Model

extension Format where Value == String {
  /// What people call a thing: 1 to 63 of `A-Z a-z 0-9 . _ -`, a letter or a digit first.
  static let name = Format.text("a name") { text throws(Problem) in
    guard let first = text.utf8.first, first.isLetter || first.isDigit, text.utf8.count <= 63,
      text.isWord(with: "._-")
    else { throw .malformed(text, expected: "a name of 1 to 63 letters, digits, '.', '_' and '-'") }
    return text
  }

  /// The name of a network interface: 1 to 15 bytes without blanks and slashes.
  static let interface = Format.text("the name of an interface") { text throws(Problem) in
    guard (1...15).contains(text.utf8.count), ![".", ".."].contains(text),
      text.utf8.allSatisfy({ $0.isVisible && $0 != UInt8(ascii: "/") })
    else { throw .malformed(text, expected: "the name of an interface, 1 to 15 characters") }
    return text
  }

  /// A file by its absolute path, shorter than the kernel's 4096 bytes.
  static let file = Format.text("the path of a file") { text throws(Problem) in
    guard text.hasPrefix("/"), text.utf8.count < 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw .malformed(text, expected: "the absolute path of a file") }
    return text
  }

  /// The target of an HTTP request: what may stand in a request line, and nothing that could end it.
  static let requestTarget = Format.text("a path such as /readyz") { text throws(Problem) in
    guard text.hasPrefix("/"), text.utf8.count <= 1024, text.utf8.allSatisfy(\.isVisible)
    else { throw .malformed(text, expected: "a path such as /readyz") }
    return text
  }

  /// The name in a certificate, which is also sent as SNI: an address is not allowed there.
  static let serverName = Format.text("a host name") { text throws(Problem) in
    if IPAddress(text) != nil {
      throw .malformed(
        text, expected: "a host name", hint: "without it the certificate must name the server's address")
    }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 253,
      labels.allSatisfy({ (1...63).contains($0.utf8.count) && $0.isWord(with: "-_") })
    else { throw .malformed(text, expected: "a host name") }
    return text
  }
}
