import Model

/// An ICMP or ICMPv6 echo request (RFC 792, RFC 4443 §4.1), and which datagram answers it.
struct EchoRequest {
  /// The message to send; the kernel fills in the identifier of an echo socket, and the checksum of ICMPv6.
  let message: [UInt8]

  private let family: AddressFamily
  private let token: [UInt8]

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - family: ICMP or ICMPv6.
  ///   - token: what tells its reply from others; to be drawn by chance.
  init(_ family: AddressFamily, token: UInt64) {
    self.family = family
    self.token = (0..<8).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) }
    var message: [UInt8] = [family == .ipv4 ? 8 : 128, 0, 0, 0]
    // Identifier and sequence number: the token identifies it better, but some middleboxes want these to differ.
    message += self.token[..<4] + self.token
    if family == .ipv4 {
      let checksum = Self.checksum(message)
      message[2] = UInt8(checksum >> 8)
      message[3] = UInt8(truncatingIfNeeded: checksum)
    }
    self.message = message
  }

  /// What a datagram says; nil: it does not answer this request.
  func judge(_ datagram: [UInt8]) -> ProbeResult? {
    var reply = datagram[...]
    // A raw socket of IPv4 gives the IP header too.
    if family == .ipv4, let first = reply.first, first >> 4 == 4 {
      reply = reply.dropFirst(Int(first & 0x0F) * 4)
    }
    let expected: UInt8 = family == .ipv4 ? 0 : 129
    guard reply.count >= 16, reply.first == expected, reply.dropFirst(8).prefix(8).elementsEqual(token) else {
      return nil
    }
    return .healthy
  }

  /// The ones' complement of the ones' complement sum (RFC 1071) of an even number of bytes.
  private static func checksum(_ bytes: [UInt8]) -> UInt16 {
    let sum = stride(from: 0, to: bytes.count, by: 2).reduce(UInt32(0)) {
      $0 + (UInt32(bytes[$1]) << 8 | UInt32(bytes[$1 + 1]))
    }
    let folded = (sum & 0xFFFF) + sum >> 16
    return ~UInt16(truncatingIfNeeded: folded + folded >> 16)
  }
}
