internal import Model

extension CheckDecoder {
  /// Reads a query, and what is expected of its answer.
  static func dns(_ fields: inout Fields) -> HealthCheck.DNS {
    var dns = HealthCheck.DNS()
    if let name = fields.optional("name", .domainName) { dns.name = name }
    if let type = fields.optional("type", .recordType) { dns.type = type }
    if let code = fields.optional("code", .responseCode) { dns.expectedCode = code.code }
    return dns
  }

  /// Reads what is sent and what must come back, each as text or in hexadecimal digits.
  static func udp(_ fields: inout Fields) -> HealthCheck.UDP {
    HealthCheck.UDP(payload: bytes("send", &fields) ?? [], expectedAnswer: bytes("expect", &fields))
  }

  private static func bytes(_ key: String, _ fields: inout Fields) -> [UInt8]? {
    switch fields.oneOf([key, key + "Hex"]) {
    case (key, let node)?: fields.report.read(node, as: .payload)
    case (_, let node)?: fields.report.read(node, as: .hexadecimal)
    case nil: nil
    }
  }
}

/// How record types and response codes are written.
enum DNSWords {
  /// A response code, or any.
  struct Expectation: Sendable {
    var code: HealthCheck.DNS.ResponseCode?
  }

  static let types = HealthCheck.DNS.RecordType.allCases.map { (word: "\($0)".uppercased(), value: $0) }

  static let codes: [(word: String, value: Expectation)] =
    HealthCheck.DNS.ResponseCode.allCases.map { (word: word(for: $0), value: Expectation(code: $0)) }
    + [(word: "any", value: Expectation(code: nil))]

  static func word(for code: HealthCheck.DNS.ResponseCode?) -> String {
    switch code {
    case .noError: "NOERROR"
    case .formatError: "FORMERR"
    case .serverFailure: "SERVFAIL"
    case .nameError: "NXDOMAIN"
    case .notImplemented: "NOTIMP"
    case .refused: "REFUSED"
    case nil: "any"
    }
  }
}

extension Format where Value == HealthCheck.DNS.RecordType {
  fileprivate static let recordType = Format.word("record type", DNSWords.types)
}

extension Format where Value == DNSWords.Expectation {
  fileprivate static let responseCode = Format.word("response code", DNSWords.codes)
}

extension Format where Value == String {
  /// A name that a query may have; "." is the root.
  fileprivate static let domainName = Format.text("a domain name") { text throws(Problem) in
    let labels = (text.hasSuffix(".") ? text.dropLast() : text[...])
      .split(separator: ".", omittingEmptySubsequences: false)
    guard
      text == "."
        || text.utf8.count <= 254
          && labels.allSatisfy({
            (1...63).contains($0.utf8.count) && $0.isWord(with: "-_*")
          })
    else { throw .malformed(text, expected: "a domain name") }
    return text
  }
}

extension Format where Value == [UInt8] {
  private static let limit = 1024

  /// The bytes of a text.
  fileprivate static let payload = Format.text("a text") { text throws(Problem) in
    guard text.utf8.count <= limit else {
      throw .outOfRange("\(text.utf8.count) bytes", "at most \(limit)")
    }
    return Array(text.utf8)
  }

  /// Bytes of two hexadecimal digits each.
  fileprivate static let hexadecimal = Format.text("hexadecimal digits") { text throws(Problem) in
    let digits = text.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else {
      throw .malformed(text, expected: "bytes of two hexadecimal digits each")
    }
    guard digits.count / 2 <= limit else {
      throw .outOfRange("\(digits.count / 2) bytes", "at most \(limit)")
    }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
