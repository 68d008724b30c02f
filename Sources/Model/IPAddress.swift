/// An IPv4 or an IPv6 address.
public enum IPAddress: Hashable, Sendable {
  /// 32 bits.
  case ipv4(IPv4Address)
  /// 128 bits.
  case ipv6(IPv6Address)

  /// Reads either notation, without brackets and without a zone.
  @inlinable
  public init?(_ text: some StringProtocol) {
    let bytes = String(text).utf8
    self.init(utf8: bytes.span)
  }

  /// Reads either notation from its bytes.
  public init?(utf8 bytes: Span<UInt8>) {
    if let address = IPv4Address(utf8: bytes) {
      self = .ipv4(address)
    } else if let address = IPv6Address(utf8: bytes) {
      self = .ipv6(address)
    } else {
      return nil
    }
  }

  /// The address of the bytes as they stand on the wire: 4 or 16 of them, in network order.
  public init?(octets: some Collection<UInt8>) {
    switch octets.count {
    case 4: self = .ipv4(IPv4Address(octets.reduce(0) { $0 << 8 | UInt32($1) }))
    case 16: self = .ipv6(IPv6Address(octets.reduce(0) { $0 << 8 | UInt128($1) }))
    default: return nil
    }
  }

  /// The address family.
  public var family: AddressFamily {
    switch self {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    }
  }

  /// Of fe80::/10; no IPv4 address is meant by it.
  public var isLinkLocal: Bool {
    if case .ipv6(let address) = self { address.isLinkLocal } else { false }
  }

  /// The 4 or 16 octets in network order.
  public var octets: [UInt8] {
    switch self {
    case .ipv4(let address): address.octets
    case .ipv6(let address): address.octets
    }
  }

  /// Whether a host could own it: neither unspecified, nor multicast, nor broadcast.
  public var isUnicast: Bool {
    switch self {
    case .ipv4(let address): address.isUnicast
    case .ipv6(let address): address.isUnicast
    }
  }

  /// Whether it stays on its host.
  public var isLoopback: Bool {
    switch self {
    case .ipv4(let address): address.isLoopback
    case .ipv6(let address): address.isLoopback
    }
  }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by number.
  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    switch (left, right) {
    case (.ipv4(let left), .ipv4(let right)): left < right
    case (.ipv6(let left), .ipv6(let right)): left < right
    case (.ipv4, .ipv6): true
    case (.ipv6, .ipv4): false
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The address alone, without brackets.
  public var description: String {
    switch self {
    case .ipv4(let address): address.description
    case .ipv6(let address): address.description
    }
  }
}
