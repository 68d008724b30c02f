import IPVS
import Model
import TestSupport
import Testing

@Suite("A datagram of the connection sync")
struct SyncMessageTests {
  private func datagrams(
    of lines: [String], _ forwarding: ForwardingMethod = .nat
  ) -> [[UInt8]] {
    SyncMessage.datagrams(of: lines.compactMap { Connection(line: $0) }, syncID: 51) { _ in forwarding }
  }

  @Test("An established connection of IPv4, as `ip_vs_sync.c` reads it")
  func ipv4() {
    #expect(
      datagrams(of: ["TCP 0A000064 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED LOCAL 899"]) == [
        hex(
          """
          00 33 002C 01 01 0000      // reserved, sync id 51, 44 bytes, 1 connection, version 1, spare
          00 06 0024                 // IPv4, TCP, 36 bytes
          00000000                   // by NAT, active
          0001                       // ESTABLISHED
          9C4E 192B 192B             // the ports of client, service and server
          00000000 00000383          // no mark, 899 seconds are left
          0A000064 0A0000FA 0A00000B // client, service, server
          """)
      ])
  }

  @Test("A half-closed connection of IPv6 to a direct server")
  func ipv6() {
    let line =
      "TCP fd00:0000:0000:0000:0000:0000:0000:0100 9C4E fd00:0000:0000:0000:0000:0000:0000:0250 192B "
      + "fd00:0000:0000:0000:0000:0000:0000:0011 192B FIN_WAIT    LOCAL 119"
    #expect(
      datagrams(of: [line], .direct) == [
        hex(
          """
          00 33 0050 01 01 0000
          01 06 0048                 // IPv6, TCP, 72 bytes
          00000103                   // direct, inactive
          0004                       // FIN_WAIT
          9C4E 192B 192B
          00000000 00000077
          FD00 0000 0000 0000 0000 0000 0000 0100
          FD00 0000 0000 0000 0000 0000 0000 0250
          FD00 0000 0000 0000 0000 0000 0000 0011
          """)
      ])
  }

  @Test(
    "What is no lasting connection of one family is not told",
    arguments: [
      "TCP 0A000064 9C4E 0A0000FA 192B 0A00000B 192B TIME_WAIT   LOCAL 59",
      "UDP 0A000064 9C4E 0A0000FA 192B 0A00000B 192B UDP         LOCAL 299",
      "TCP 0A000064 0000 0A0000FA 192B 0A00000B 192B NONE        LOCAL 299",
      "TCP 0A000064 9C4E 0A0000FA 192B fd00:0000:0000:0000:0000:0000:0000:0011 192B ESTABLISHED LOCAL 899",
    ])
  func others(_ line: String) {
    #expect(Connection(line: line) != nil)
    #expect(datagrams(of: [line]).isEmpty)
  }

  @Test("A connection that is about to end has a second left: 0 would be a whole time-out")
  func lastSecond() throws {
    let datagram = try #require(
      datagrams(of: ["TCP 0A000064 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED LOCAL 0"]).first)
    #expect(datagram[28..<32] == [0, 0, 0, 1])
  }

  @Test("Many go in several datagrams, in their order, of which none is longer than every path carries")
  func many() {
    let datagrams = datagrams(
      of: (40_001...40_100).map {
        "TCP 0A000064 \(String($0, radix: 16)) 0A0000FA 192B 0A00000B 192B ESTABLISHED LOCAL 899"
      })
    #expect(datagrams.map(\.count) == [1232, 1232, 1160])
    #expect(datagrams.map { $0[4] } == [34, 34, 32])
    for datagram in datagrams { #expect(Int(datagram[2]) << 8 | Int(datagram[3]) == datagram.count) }
    let ports = datagrams.flatMap { datagram in
      stride(from: 8, to: datagram.count, by: 36).map { Int(datagram[$0 + 10]) << 8 | Int(datagram[$0 + 11]) }
    }
    #expect(ports == Array(40_001...40_100))
  }
}
