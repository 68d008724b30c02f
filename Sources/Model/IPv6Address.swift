/// An IPv6 address as a number in host order: ::1 is 1.
public struct IPv6Address: Hashable, Comparable, Sendable {
  /// The address in host order.
  public var value: UInt128

  /// Makes an address of a number in host order.
  public init(_ value: UInt128) {
    self.value = value
  }

  /// Reads the notation of RFC 4291 §2.2, with "::" and with a dotted quad at the end; no zone, no brackets.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return nil }

    var groups: [UInt16] = []
    var gap: Int?
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      if part.isEmpty {
        // An empty part is the middle of "::", or one of the two colons at an end.
        if index == 0 {
          guard parts[1].isEmpty else { return nil }
        } else if isLast {
          guard parts[index - 1].isEmpty, gap != nil else { return nil }
        } else {
          guard gap == nil else { return nil }
          gap = groups.count
        }
      } else if isLast, part.utf8.contains(UInt8(ascii: ".")) {
        guard let quad = IPv4Address(part) else { return nil }
        groups.append(UInt16(truncatingIfNeeded: quad.value >> 16))
        groups.append(UInt16(truncatingIfNeeded: quad.value))
      } else {
        let isHexadecimal = part.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        guard part.utf8.count <= 4, isHexadecimal, let group = UInt16(part, radix: 16) else { return nil }
        groups.append(group)
      }
    }

    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    value = groups.reduce(0) { $0 << 16 | UInt128($1) }
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
