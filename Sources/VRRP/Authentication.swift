/// The authentication of version 2 (RFC 2338 §5.3.6): for old peers, it protects from mistakes and from nobody else.
public enum Authentication: Hashable, Sendable {
  /// No password: type 0.
  case none
  /// A password in clear text: type 1.
  case password(Password)

  /// Eight bytes in clear text; a shorter password is filled with zeros.
  public struct Password: Hashable, Sendable {
    /// The eight bytes as they stand in the message.
    public let octets: [UInt8]

    /// Takes 1 to 8 bytes.
    public init?(_ text: some StringProtocol) {
      let bytes = Array(text.utf8)
      guard 1...8 ~= bytes.count else { return nil }
      octets = bytes + repeatElement(0, count: 8 - bytes.count)
    }
  }

  /// The number of the type on the wire: 0 or 1.
  public var type: UInt8 {
    switch self {
    case .none: 0
    case .password: 1
    }
  }

  /// The eight bytes at the end of a message.
  var octets: [UInt8] {
    switch self {
    case .none: [UInt8](repeating: 0, count: 8)
    case .password(let password): password.octets
    }
  }
}
