/// An IPv4 address as a number in host order: 10.0.0.1 is 0x0A000001.
public struct IPv4Address: Hashable, Comparable, Sendable {
  /// The address in host order.
  public var value: UInt32

  /// Makes an address of a number in host order.
  public init(_ value: UInt32) {
    self.value = value
  }

  /// Makes an address of its four octets, the leftmost first.
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    value = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
  }

  /// Reads dotted-quad notation: four decimal octets, no leading zeros, nothing else.
  @inlinable
  public init?(_ text: some StringProtocol) {
    let bytes = String(text).utf8
    self.init(utf8: bytes.span)
  }

  /// Reads dotted-quad notation from its bytes.
  public init?(utf8 bytes: Span<UInt8>) {
    var value: UInt32 = 0
    var octets = 0
    var octet: UInt32?
    for index in bytes.indices {
      switch bytes[index] {
      case let byte where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
        // "010" is 8 to some readers and 10 to others; it is an error to this one.
        if octet == 0 { return nil }
        let next = (octet ?? 0) * 10 + UInt32(byte - UInt8(ascii: "0"))
        if next > 255 { return nil }
        octet = next
      case UInt8(ascii: "."):
        guard let complete = octet, octets < 3 else { return nil }
        value = value << 8 | complete
        octets += 1
        octet = nil
      default:
        return nil
      }
    }
    guard let last = octet, octets == 3 else { return nil }
    self.value = value << 8 | last
  }

  /// The four octets, the leftmost first: network order.
  public var octets: [UInt8] {
    [
      UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16),
      UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value),
    ]
  }

  /// 224.0.0.0/4.
  public var isMulticast: Bool { value >> 28 == 0xE }

  /// Whether a host could own it: not 0.0.0.0, not multicast, not the limited broadcast address.
  public var isUnicast: Bool { value != 0 && value != .max && !isMulticast }

  /// 127.0.0.0/8.
  public var isLoopback: Bool { value >> 24 == 127 }

  /// By number.
  public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.value < right.value }
}

extension IPv4Address: CustomStringConvertible {
  /// Dotted-quad notation.
  public var description: String {
    "\(value >> 24).\(value >> 16 & 0xFF).\(value >> 8 & 0xFF).\(value & 0xFF)"
  }
}
