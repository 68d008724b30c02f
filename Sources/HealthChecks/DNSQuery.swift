import Model

/// A DNS query of one question (RFC 1035 §4), and what an answer to it says.
struct DNSQuery {
  /// The message to send.
  let message: [UInt8]

  private static let headerLength = 12
  private let expected: HealthCheck.DNS.ResponseCode?

  /// Makes a query.
  ///
  /// - Parameters:
  ///   - dns: what is asked for.
  ///   - identifier: what tells its answer from others; to be drawn by chance.
  /// - Throws: ``ProbeFailure`` `.misconfigured` if the name cannot stand in a query.
  init(_ dns: HealthCheck.DNS, identifier: UInt16) throws(ProbeFailure) {
    var message = identifier.bytes
    // Recursion desired; one question and nothing else.
    message += [0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]
    for label in dns.name.split(separator: ".") {
      guard label.utf8.count < 64 else {
        throw .misconfigured("\(dns.name.debugDescription) is not a domain name")
      }
      message.append(UInt8(label.utf8.count))
      message += label.utf8
    }
    message.append(0)
    guard message.count - Self.headerLength <= 255 else {
      throw .misconfigured("\(dns.name.debugDescription) is not a domain name")
    }
    message += dns.type.rawValue.bytes
    message += UInt16(1).bytes
    self.message = message
    expected = dns.expectedCode
  }

  /// What a datagram says; nil: it is no answer to this query.
  func judge(_ answer: [UInt8]) -> ProbeResult? {
    guard answer.count >= Self.headerLength, answer[..<2] == message[..<2], answer[2] & 0x80 != 0 else {
      return nil
    }
    // The question comes back in the answer, save where the server could not read it.
    let questions = Int(answer[4]) << 8 | Int(answer[5])
    guard questions <= 1 else { return .failed(.malformedResponse) }
    if questions == 1 {
      let question = message[Self.headerLength...]
      guard
        answer.dropFirst(Self.headerLength).prefix(question.count).map(\.lowercasedASCII)
          == question.map(\.lowercasedASCII)
      else { return nil }
    }
    let code = answer[3] & 0x0F
    guard let expected, code != expected.rawValue else { return .healthy }
    return .failed(.responseCode(code))
  }
}

extension UInt16 {
  /// In network order.
  fileprivate var bytes: [UInt8] { [UInt8(self >> 8), UInt8(truncatingIfNeeded: self)] }
}

extension UInt8 {
  fileprivate var lowercasedASCII: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}
