import Host
import Model
import TestSupport
import Testing

@Suite("The segment that makes a client speak")
struct NudgeTests {
  private func nudge(_ service: String, _ client: String) throws -> Nudge {
    let service = try #require(Endpoint(service))
    let client = try #require(Endpoint(client))
    return try #require(Nudge(from: service, to: client))
  }

  @Test("Over IPv4 it leaves length, identification and header checksum to the kernel")
  func ipv4() throws {
    let datagram = try nudge("10.0.0.250:6443", "192.168.0.1:40014").datagram
    // The sum was computed apart from this code.
    #expect(
      datagram
        == hex(
          """
          45 00  00 00  00 00 00 00  40 06  00 00  // version 4, 20 bytes of header, 64 hops, TCP
          0a 00 00 fa  c0 a8 00 01                 // from the service to the client
          19 2b  9c 4e                             // 6443, 40014
          00 00 00 00  50 49 4e 54                 // no sequence, the acknowledgement by which it is known
          50 12  00 01                             // 20 bytes of header, SYN and ACK, a window of one byte
          90 17  00 00                             // checksum, nothing urgent
          """))
  }

  @Test("Over IPv6 it is complete")
  func ipv6() throws {
    let datagram = try nudge("[fd00::250]:6443", "[fd00::100]:40014").datagram
    #expect(
      datagram
        == hex(
          """
          60 00 00 00  00 14 06 40                         // 20 bytes of TCP, 64 hops
          fd 00 00 00 00 00 00 00 00 00 00 00 00 00 02 50  // from the service
          fd 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00  // to the client
          19 2b  9c 4e                                     // 6443, 40014
          00 00 00 00  50 49 4e 54                         // no sequence, the acknowledgement by which it is known
          50 12  00 01                                     // 20 bytes of header, SYN and ACK, a window of one byte
          5e 69  00 00                                     // checksum, nothing urgent
          """))
  }

  @Test("There is none between families")
  func families() throws {
    let ipv4 = try #require(Endpoint("10.0.0.250:6443"))
    let ipv6 = try #require(Endpoint("[fd00::100]:4000"))
    #expect(Nudge(from: ipv4, to: ipv6) == nil)
  }
}
