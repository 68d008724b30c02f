extension HealthCheck {
  /// A query over UDP, and the answer that is expected.
  public struct DNS: Hashable, Sendable {
    /// The name that is asked for, with or without the dot at its end; "." is the root.
    public var name: String
    /// The type of the records that are asked for.
    public var type: RecordType
    /// What the server must say; nil: any answer will do.
    public var expectedCode: ResponseCode?

    /// Makes a query; the default asks for the root's authority, which every resolver knows.
    public init(name: String = ".", type: RecordType = .soa, expectedCode: ResponseCode? = .noError) {
      self.name = name
      self.type = type
      self.expectedCode = expectedCode
    }
  }
}

extension HealthCheck.DNS {
  /// The types of records, by their numbers of IANA's registry.
  public enum RecordType: UInt16, Hashable, Sendable, CaseIterable {
    case a = 1
    case ns = 2
    case cname = 5
    case soa = 6
    case ptr = 12
    case mx = 15
    case txt = 16
    case aaaa = 28
    case srv = 33
  }

  /// What a server says to a query (RFC 1035 §4.1.1), by its number.
  public enum ResponseCode: UInt8, Hashable, Sendable, CaseIterable {
    case noError = 0
    case formatError = 1
    case serverFailure = 2
    case nameError = 3
    case notImplemented = 4
    case refused = 5
  }
}
