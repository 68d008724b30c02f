/// A message to 224.0.0.18 as anybody on the link can make it.
struct ForgedAdvertisement {
  /// The last byte of the sender's address, 10.1.0.x.
  var sender: UInt8
  /// The TTL.
  var hopLimit: UInt8 = 255
  /// The message; its checksum is as it stands here.
  var message: [UInt8]

  /// One of virtual router 51 that floats 10.1.0.100, with a checksum that is right.
  static func valid(from sender: UInt8, priority: UInt8) -> ForgedAdvertisement {
    var forged = ForgedAdvertisement(
      sender: sender, message: [0x31, 51, priority, 1, 0, 10, 0, 0, 10, 1, 0, 100])
    forged.seal()
    return forged
  }

  /// Makes the checksum right, that of the message alone.
  mutating func seal() {
    message.replaceSubrange(6...7, with: [0, 0])
    message.replaceSubrange(6...7, with: Self.checksum(message))
  }

  /// The Ethernet frame.
  var frame: [UInt8] {
    var header: [UInt8] = [0x45, 0xC0, 0, UInt8(20 + message.count), 0, 0, 0, 0, hopLimit, 112, 0, 0]
    header += [10, 1, 0, sender, 224, 0, 0, 18]
    header.replaceSubrange(10...11, with: Self.checksum(header))
    return [0x01, 0x00, 0x5E, 0, 0, 18, 2, 0, 0, 0, 0, sender, 0x08, 0x00] + header + message
  }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() { sum += UInt32(byte) << (index % 2 == 0 ? 8 : 0) }
    while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
    return [UInt8(truncatingIfNeeded: ~sum >> 8), UInt8(truncatingIfNeeded: ~sum)]
  }
}
