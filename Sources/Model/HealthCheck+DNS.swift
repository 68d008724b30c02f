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
    /// An IPv4 address.
    case a = 1
    /// A name server.
    case ns = 2
    /// Another name of the same.
    case cname = 5
    /// The start of a zone.
    case soa = 6
    /// The name of an address.
    case ptr = 12
    /// A mail server.
    case mx = 15
    /// Text.
    case txt = 16
    /// An IPv6 address.
    case aaaa = 28
    /// A server of a service.
    case srv = 33
  }

  /// What a server says to a query (RFC 1035 §4.1.1), by its number.
  public enum ResponseCode: UInt8, Hashable, Sendable, CaseIterable {
    /// It is answered.
    case noError = 0
    /// The query is not understood.
    case formatError = 1
    /// The server cannot answer it.
    case serverFailure = 2
    /// There is no such name.
    case nameError = 3
    /// The server does not answer such a query.
    case notImplemented = 4
    /// The server does not want to answer it.
    case refused = 5
  }
}
