import Model

/// The one's complement sum of RFC 1071.
struct InternetChecksum {
  private var sum: UInt32 = 0

  /// Adds bytes; a last odd one counts as the high half of a word.
  mutating func add(_ bytes: some Collection<UInt8>) {
    var isHigh = true
    for byte in bytes {
      // 255 addresses of 16 bytes are far from where 32 bits overflow.
      sum += isHigh ? UInt32(byte) << 8 : UInt32(byte)
      isHigh.toggle()
    }
  }

  /// Adds the pseudo-header of RFC 8200 §8.1; over IPv4 the sum of its fields is the same.
  mutating func addPseudoHeader(source: IPAddress, destination: IPAddress, nextHeader: UInt8, length: Int) {
    add(source.octets)
    add(destination.octets)
    sum += UInt32(nextHeader) + UInt32(length)
  }

  /// The checksum of what was added: 0 if that contained a correct one.
  var value: UInt16 {
    var folded = sum
    while folded >> 16 != 0 { folded = folded & 0xFFFF + folded >> 16 }
    return ~UInt16(truncatingIfNeeded: folded)
  }
}
