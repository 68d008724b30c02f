/// The address family of a service or of a server.
public enum AddressFamily: String, Hashable, Sendable, CaseIterable {
  /// 32 bits (AF_INET).
  case ipv4 = "IPv4"
  /// 128 bits (AF_INET6).
  case ipv6 = "IPv6"

  /// The number of bytes of an address: 4 or 16.
  public var addressLength: Int {
    switch self {
    case .ipv4: 4
    case .ipv6: 16
    }
  }

  /// The number of bits of an address: 32 or 128.
  public var addressBits: Int { addressLength * 8 }
}
