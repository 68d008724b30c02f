internal import Model

extension Format where Value == String {
  /// What people call a thing: 1 to 63 of `A-Z a-z 0-9 . _ -`, a letter or a digit first.
  static let name = Format("a name", text: { text throws(Problem) in
    let expected = "a name of 1 to 63 letters, digits, '.', '_' and '-'"
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard (1...63).contains(text.utf8.count), text.utf8.first.map(isAlphanumeric) == true,
      text.utf8.allSatisfy({ isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) })
    else { throw .malformed(text, expected: expected) }
    return text
  })

  /// The name of a network interface: 1 to 15 bytes without blanks and slashes.
  static let interface = Format("the name of an interface", text: { text throws(Problem) in
    guard (1...15).contains(text.utf8.count), ![".", ".."].contains(text),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
    else { throw .malformed(text, expected: "the name of an interface, 1 to 15 characters") }
    return text
  })

  /// A file by its absolute path.
  static let file = Format("the path of a file", text: { text throws(Problem) in
    guard text.hasPrefix("/"), text.utf8.count < 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .malformed(text, expected: "the absolute path of a file")
    }
    return text
  })

  /// The target of an HTTP request: what may stand in a request line, and nothing that could end it.
  static let requestTarget = Format("a path such as /readyz", text: { text throws(Problem) in
    guard text.hasPrefix("/"), text.utf8.count <= 1024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .malformed(text, expected: "a path such as /readyz")
    }
    return text
  })

  /// The name in a certificate, which is also sent as SNI: an address is not allowed there.
  static let serverName = Format("a host name", text: { text throws(Problem) in
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 253, IPv4Address(text) == nil,
      labels.allSatisfy({ label in
        (1...63).contains(label.utf8.count)
          && label.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
              || [0x2D, 0x5F].contains(byte)
          }
      })
    else {
      throw .malformed(
        text, expected: "a host name",
        hint: IPAddress(text) == nil ? nil : "without 'serverName' the certificate must name the server's address")
    }
    return text
  })
}
