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

  /// The six octets, the first first.
  public var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * $0)) } }
}

extension MACAddress: CustomStringConvertible {
  /// Six pairs of hexadecimal digits with colons.
  public var description: String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
