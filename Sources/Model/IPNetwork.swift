/// An address with the length of its network's prefix: `10.0.0.250/24`, as an interface has it.
///
/// The host's bits stay as they are written; ``contains(_:)`` looks at the prefix alone.
public struct IPNetwork: Hashable, Sendable {
  /// The address, host bits included.
  public var address: IPAddress
  /// The number of leading bits that the network's addresses share: 0 to 32, or 0 to 128.
  public let prefixLength: Int

  /// Joins an address and a prefix length; nil when the family has no such length.
  public init?(_ address: IPAddress, prefixLength: Int) {
    guard (0...address.family.addressBits).contains(prefixLength) else { return nil }
    self.address = address
    self.prefixLength = prefixLength
  }

  /// The network of one address alone: `/32` or `/128`.
  public init(host address: IPAddress) {
    self.address = address
    prefixLength = address.family.addressBits
  }

  /// Reads `ADDRESS/LENGTH`; both parts are required, and the length has no leading zero.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]),
      String(length) == parts[1]
    else { return nil }
    self.init(address, prefixLength: length)
  }

  /// Whether the address is of this network's family and has its prefix.
  public func contains(_ other: IPAddress) -> Bool {
    switch (address, other) {
    case (.ipv4(let own), .ipv4(let other)): (own.value ^ other.value) >> UInt32(32 - prefixLength) == 0
    case (.ipv6(let own), .ipv6(let other)): (own.value ^ other.value) >> UInt128(128 - prefixLength) == 0
    case (.ipv4, .ipv6), (.ipv6, .ipv4): false
    }
  }
}

extension IPNetwork: CustomStringConvertible {
  /// `ADDRESS/LENGTH`, without brackets.
  public var description: String { "\(address)/\(prefixLength)" }
}
