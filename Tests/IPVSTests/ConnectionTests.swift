import IPVS
import Model
import Testing

@Suite("The kernel's list of connections")
struct ConnectionTests {
  private func endpoint(_ text: String) throws -> Endpoint { try #require(Endpoint(text)) }

  @Test("A line of IPv4 has eight digits for an address")
  func ipv4() throws {
    let connection = try #require(
      Connection(line: "TCP C0A80001 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED     899"))
    #expect(connection.transport == .tcp)
    #expect(connection.client == (try endpoint("192.168.0.1:40014")))
    #expect(connection.service == (try endpoint("10.0.0.250:6443")))
    #expect(connection.server == (try endpoint("10.0.0.11:6443")))
    #expect(connection.state == "ESTABLISHED")
    #expect(connection.expires == 899)
    #expect(!connection.isSynced)
  }

  @Test("A line of IPv6 has eight groups")
  func ipv6() throws {
    let connection = try #require(
      Connection(
        line: "TCP fd00:0000:0000:0000:0000:0000:0000:0100 9C4E fd00:0000:0000:0000:0000:0000:0000:0250 192B "
          + "fd00:0000:0000:0000:0000:0000:0000:0011 192B FIN_WAIT        119"))
    #expect(connection.client == (try endpoint("[fd00::100]:40014")))
    #expect(connection.service == (try endpoint("[fd00::250]:6443")))
    #expect(connection.server == (try endpoint("[fd00::11]:6443")))
    #expect(connection.state == "FIN_WAIT")
  }

  @Test("The other file says where a connection comes from", arguments: [("SYNC ", true), ("LOCAL", false)])
  func origin(_ word: String, _ isSynced: Bool) throws {
    let connection = try #require(
      Connection(line: "UDP C0A80001 9C4E 0A0000FA 0035 0A00000B 0035 UDP         \(word)      299"))
    #expect(connection.transport == .udp)
    #expect(connection.isSynced == isSynced)
    #expect(connection.expires == 299)
  }

  @Test("What a persistence engine says behind a line is no matter")
  func engineData() throws {
    let connection = try #require(
      Connection(line: "UDP C0A80001 0000 0A0000FA 13C4 0A00000B 13C4 NONE            299 sip callid"))
    #expect(connection.expires == 299)
    #expect(!connection.isSynced)
  }

  @Test(
    "Titles, cut lines and other protocols are no connections",
    arguments: [
      "", "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData",
      "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires",
      "TCP C0A80001 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED",
      "TCP C0A80001 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED SYNC",
      "TCP C0A8000G 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED 899",
      "TCP C0A80001 19C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED 899",
      "AH C0A80001 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED 899",
    ])
  func noConnection(_ line: String) {
    #expect(Connection(line: line) == nil)
  }
}
