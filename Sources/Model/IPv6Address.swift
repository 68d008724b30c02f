/// An IPv6 address as a number in host order: ::1 is 1.
public struct IPv6Address: Hashable, Comparable, Sendable {
  /// The address in host order.
  public var value: UInt128

  /// Makes an address of a number in host order.
  public init(_ value: UInt128) {
    self.value = value
  }

  /// Reads the notation of RFC 4291 §2.2, with "::" and with a dotted quad at the end; no zone, no brackets.
  @inlinable
  public init?(_ text: some StringProtocol) {
    let bytes = String(text).utf8
    self.init(utf8: bytes.span)
  }

  /// Reads the notation of RFC 4291 §2.2 from its bytes.
  public init?(utf8 bytes: Span<UInt8>) {
    let colon = UInt8(ascii: ":")
    var value: UInt128 = 0
    var groups = 0
    // How many groups stand before the "::".
    var gap: Int?
    var index = 0
    if bytes.count >= 2, bytes[0] == colon, bytes[1] == colon {
      gap = 0
      index = 2
    }
    while index < bytes.count {
      let start = index
      var group: UInt32 = 0
      while index < bytes.count, let digit = Self.digit(bytes[index]) {
        group = group << 4 | digit
        index += 1
      }
      if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
        guard let quad = IPv4Address(utf8: bytes.extracting(start..<bytes.count)) else { return nil }
        value = value << 32 | UInt128(quad.value)
        groups += 2
        break
      }
      guard (1...4).contains(index - start) else { return nil }
      value = value << 16 | UInt128(group)
      groups += 1
      if index == bytes.count { break }

      guard bytes[index] == colon, index + 1 < bytes.count else { return nil }
      index += 1
      if bytes[index] == colon {
        guard gap == nil else { return nil }
        gap = groups
        index += 1
      }
    }

    if let gap {
      guard groups < 8 else { return nil }
      let bitsAfter = 16 * (groups - gap)
      value = (value >> bitsAfter) << (128 - 16 * gap) | value & (1 << bitsAfter - 1)
    } else if groups != 8 {
      return nil
    }
    self.value = value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  /// The sixteen octets, the leftmost first: network order.
  public var octets: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - 8 * $0)) }
  }

  /// ff00::/8.
  public var isMulticast: Bool { value >> 120 == 0xFF }

  /// fe80::/10.
  public var isLinkLocal: Bool { value >> 118 == 0x3FA }

  /// Whether a host could own it: neither :: nor multicast.
  public var isUnicast: Bool { value != 0 && !isMulticast }

  /// ::1.
  public var isLoopback: Bool { value == 1 }

  /// By number.
  public static func < (left: IPv6Address, right: IPv6Address) -> Bool { left.value < right.value }
}

extension IPv6Address: CustomStringConvertible {
  /// The canonical notation of RFC 5952: lower case, no leading zeros, the longest run of zero groups as "::".
  public var description: String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> (112 - 16 * $0)) }
    // RFC 5952 §5: addresses with a known IPv4 tail show it. ::ffff:0:0/96 is the one that occurs.
    if value >> 32 == 0xFFFF {
      return "::ffff:\(IPv4Address(UInt32(truncatingIfNeeded: value)))"
    }

    var longest = 0..<0
    var start = 0
    while start < 8 {
      guard groups[start] == 0 else {
        start += 1
        continue
      }
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > longest.count, end - start > 1 { longest = start..<end }
      start = end
    }

    func joined(_ groups: some Sequence<UInt16>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return joined(groups) }
    return joined(groups[..<longest.lowerBound]) + "::" + joined(groups[longest.upperBound...])
  }
}
