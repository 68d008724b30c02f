package import Model

/// A TCP segment with SYN and ACK and no data, as if from a service to its client, inside a connection that exists.
///
/// Whatever its numbers are, the client answers with an acknowledgement of what it has (the challenge of RFC 5961 §4.2).
/// That one goes the way of every packet of the connection: where the director still has the connection, it rebuilds
/// what was lost of it; where the director has it no more, the director's own TCP answers with a reset that fits.
///
/// The two flags together are what a server may say to its client: the client's own connection tracking, and that of a host
/// that translates it, let it through (`TCP_CONNTRACK_IGNORE`), while a SYN alone is invalid to both. And a new connection
/// of the same port, which still waits for its server, rejects it with a reset of its own and goes on waiting (RFC 9293
/// §3.10.7.3), where a SYN alone would be taken for a simultaneous open.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-------------------------------+-------------------------------+
///     |         service's port        |         client's port         |
///     |                       sequence number 0                       |
///     |               acknowledgement number, always the same         |
///     |   5   |  0  |    SYN, ACK     |            window 1           |
///     |            checksum           |        urgent pointer 0       |
///     +-------------------------------+-------------------------------+
package struct Nudge: Hashable, Sendable {
  /// The number that it acknowledges, by which the packet filter knows it, and the reset with which whoever does not
  /// have the connection answers it: that has it as its sequence number.
  package static let acknowledgement: UInt32 = 0x5049_4E54
  /// The window: no server opens a connection with one byte.
  package static let window: UInt16 = 1

  /// The service.
  package let service: Endpoint
  /// The client.
  package let client: Endpoint

  /// A segment from a service to its client; nil where they are of different families.
  package init?(from service: Endpoint, to client: Endpoint) {
    guard service.address.family == client.address.family else { return nil }
    self.service = service
    self.client = client
  }

  /// The whole datagram in network order.
  ///
  /// The length, the identification and the checksum of an IPv4 header are left for the kernel to fill in (raw(7)).
  package var datagram: [UInt8] {
    let source = service.address.octets
    let destination = client.address.octets
    var segment = octets(service.port) + octets(client.port)
    segment += [0, 0, 0, 0] + octets(UInt16(Self.acknowledgement >> 16))
    segment += octets(UInt16(truncatingIfNeeded: Self.acknowledgement))
    segment += [5 << 4, 0x12] + octets(Self.window) + [0, 0, 0, 0]
    // The pseudo-header's sum is the same for both families: addresses, length, protocol (RFC 9293 §3.1).
    let sum = checksum(of: source + destination + [0, UInt8(segment.count), 0, 6] + segment)
    segment.replaceSubrange(16..<18, with: octets(sum))
    switch service.address.family {
    case .ipv4:
      return [4 << 4 | 5, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0] + source + destination + segment
    case .ipv6:
      return [6 << 4, 0, 0, 0, 0, UInt8(segment.count), 6, 64] + source + destination + segment
    }
  }
}

private func octets(_ value: UInt16) -> [UInt8] {
  [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
}

/// The Internet checksum (RFC 1071) of an even number of bytes.
private func checksum(of bytes: [UInt8]) -> UInt16 {
  var sum: UInt32 = 0
  for index in stride(from: 0, to: bytes.count, by: 2) {
    sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
  }
  while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
  return ~UInt16(sum)
}
