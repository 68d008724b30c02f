internal import Model
internal import Netlink

extension AddressFamily {
  /// `AF_INET` or `AF_INET6` of Linux.
  var number: UInt16 {
    switch self {
    case .ipv4: 2
    case .ipv6: 10
    }
  }

  /// The family of a number of Linux; nil for any other.
  init?(number: UInt16) {
    switch number {
    case 2: self = .ipv4
    case 10: self = .ipv6
    default: return nil
    }
  }
}

extension IPAddress {
  /// Reads an address of the family from an attribute; the kernel pads IPv4 to 16 bytes.
  init(decoding value: RawSpan, family: AddressFamily) throws(WireError) {
    switch family {
    case .ipv4: self = .ipv4(IPv4Address(try value.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }))
    case .ipv6: self = .ipv6(IPv6Address(try value.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }))
    }
  }
}
