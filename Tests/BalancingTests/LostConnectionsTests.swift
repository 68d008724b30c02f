import Balancing
import Model
import Testing

@Suite("The connections that end with what is deleted")
struct LostConnectionsTests {
  private static func address(_ last: UInt8) -> IPAddress { .ipv4(IPv4Address(10, 0, 0, last)) }
  private static func entry(_ key: ServiceKey, _ servers: [Endpoint]) -> ForwardingTable.Entry {
    ForwardingTable.Entry(VirtualService(key), servers: servers.map { RealServer($0, forwarding: .nat) })
  }

  private let first = Endpoint(address(11), port: 6443)
  private let second = Endpoint(address(12), port: 6443)
  private let marked = Endpoint(address(11), port: 0)
  private let virtual = Endpoint(address(250), port: 6443)
  private let api = ServiceKey.endpoint(.tcp, Endpoint(address(250), port: 6443))
  private let mark = ServiceKey.firewallMark(7, .ipv4)

  private func lost(_ changes: [TableChange], others: Set<ServiceKey> = []) -> LostConnections {
    let table = ForwardingTable([Self.entry(api, [first, second]), Self.entry(mark, [marked])])
    return LostConnections(changes, from: table, others: others)
  }

  @Test("Of a server that is deleted they are those of its service, and of no other server")
  func server() {
    let lost = lost([.deleteServer(first, api)])
    #expect(lost.contains(.tcp, of: virtual, to: first))
    #expect(!lost.contains(.tcp, of: virtual, to: second))
    #expect(!lost.contains(.tcp, of: Endpoint(virtual.address, port: 443), to: first))
    #expect(!lost.contains(.udp, of: virtual, to: first))
  }

  @Test("Of a service that is deleted they are all")
  func service() {
    let lost = lost([.deleteService(api)])
    #expect(lost.contains(.tcp, of: virtual, to: first) && lost.contains(.tcp, of: virtual, to: second))
    #expect(!lost.contains(.tcp, of: Endpoint(virtual.address, port: 443), to: first))
  }

  @Test("Of a service on every port they are those that no service of one port has")
  func everyPort() {
    let every = ServiceKey.endpoint(.tcp, Endpoint(virtual.address, port: 0))
    let lost = lost([.deleteService(every)])
    #expect(lost.contains(.tcp, of: Endpoint(virtual.address, port: 443), to: first))
    #expect(!lost.contains(.tcp, of: virtual, to: first))
  }

  @Test(
    "Of a firewall mark they are those to its servers, and not those of services with an address",
    arguments: [true, false])
  func firewallMark(_ goesWhole: Bool) {
    let other = Endpoint(Self.address(251), port: 80)
    let lost = lost(
      [goesWhole ? .deleteService(mark) : .deleteServer(marked, mark)], others: [.endpoint(.tcp, other)])
    let web = Endpoint(Self.address(249), port: 443)
    #expect(lost.contains(.tcp, of: web, to: Endpoint(marked.address, port: 443)))
    #expect(!lost.contains(.tcp, of: web, to: Endpoint(Self.address(13), port: 443)))
    // Of Pintle's own service, and of another's.
    #expect(!lost.contains(.tcp, of: virtual, to: first))
    #expect(!lost.contains(.tcp, of: other, to: Endpoint(marked.address, port: 80)))
    // That service does not have this server: it was the mark that led there.
    #expect(lost.contains(.tcp, of: virtual, to: Endpoint(marked.address, port: 8443)))
  }

  @Test("Nothing goes with what is added or edited")
  func nothing() {
    let server = RealServer(first, forwarding: .nat)
    #expect(lost([.addServer(server, api), .setServer(server, api)]).isEmpty)
    #expect(!lost([.deleteServer(first, api)]).isEmpty)
  }
}
