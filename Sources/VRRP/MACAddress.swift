public import Model

/// An Ethernet hardware address: six octets.
public struct MACAddress: Hashable, Sendable {
  /// The address as a number of 48 bits, the first octet highest.
  public let value: UInt64

  /// Takes the low 48 bits of a number.
  public init(_ value: UInt64) {
    self.value = value & 0xFFFF_FFFF_FFFF
  }

  /// Takes six octets.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 6 else { return nil }
    value = octets.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// ff:ff:ff:ff:ff:ff.
  public static let broadcast = MACAddress(.max)

  /// The virtual router's own address: 00:00:5e:00:01:VRID over IPv4, 00:00:5e:00:02:VRID over IPv6 (RFC 9568 §7.3).
  public static func virtualRouter(_ id: VirtualRouterID, _ family: AddressFamily) -> MACAddress {
    MACAddress(0x0000_5E00_0000 | (family == .ipv4 ? 0x100 : 0x200) | UInt64(id.value))
  }

  /// The six octets, the first first.
  public var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * $0)) } }
}

extension MACAddress: CustomStringConvertible {
  /// Six pairs of hexadecimal digits with colons.
  public var description: String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
