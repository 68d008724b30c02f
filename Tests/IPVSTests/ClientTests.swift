import IPVS
import Model
import Netlink
import TestSupport
import Testing

@Suite("The client")
struct ClientTests {
  let kernel = FakeKernel()
  let key = ServiceKey.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 6443))
  let server = RealServer(Endpoint(.ipv4(IPv4Address(10, 0, 0, 11)), port: 6443), forwarding: .nat)

  private func service(_ port: UInt16) -> VirtualService {
    VirtualService(.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: port)))
  }

  @Test("reads back the table that it wrote")
  func roundTrip() throws {
    var client = try kernel.client()
    for outcome in client.apply([.addService(VirtualService(key)), .addServer(server, key)]) {
      try outcome.get()
    }
    #expect(try client.table() == ForwardingTable([.init(VirtualService(key), servers: [server])]))
  }

  @Test("sends 64 requests at a time, and asks for one acknowledgement each time")
  func batches() throws {
    var client = try kernel.client()
    let outcomes = client.apply((1...130).map { .addService(service($0)) })
    #expect(outcomes.count == 130)
    #expect(kernel.sent.count == 3)
    #expect(kernel.table.entries.count == 130)
  }

  @Test("matches each failure to its change, and lets none stop another")
  func failures() throws {
    var client = try kernel.client()
    let outcomes = client.apply([
      .addService(service(1)), .addService(service(1)), .deleteService(service(2).key),
      .addService(service(3)),
      .addServer(server, service(9).key), .deleteServer(server.endpoint, service(1).key),
    ])
    let reasons = outcomes.map { outcome -> IPVSError.Reason? in
      if case .failure(let error) = outcome { error.reason } else { nil }
    }
    #expect(reasons == [nil, .alreadyExists, .noSuchService, nil, .noSuchService, .noSuchServer])
    #expect(kernel.table.entries.count == 2)
  }

  @Test("names the object and the reason, and keeps the kernel's number")
  func description() throws {
    var client = try kernel.client()
    try client.apply(.addService(VirtualService(key)))
    let error = #expect(throws: IPVSError.self) { try client.apply(.addService(VirtualService(key))) }
    #expect(error?.description == "service tcp 10.0.0.250:6443: already exists")
    #expect(error?.errno == 17)
    #expect(error?.operation == .addService)
  }

  @Test("takes a change whose answer was lost for done when the table shows it")
  func lostAnswer() throws {
    var client = try kernel.client()
    kernel.isMute = true
    // The table is read to settle it, so that the kernel must speak again; a mute one leaves it open.
    let outcome = client.apply([.addService(service(1))])
    guard case .failure(let error) = outcome.first else {
      Issue.record("a mute kernel cannot confirm anything")
      return
    }
    #expect(error.reason == .netlink(.timedOut))
    #expect(kernel.table.entries.count == 1)
  }

  @Test("reads the table after an overflow instead of taking lost answers for failures")
  func overflow() throws {
    var client = try kernel.client()
    try client.apply(.addService(service(1)))
    // Each second request fails, and only two answers fit.
    let changes = (1...6).flatMap { [TableChange.addService(service(1)), .addService(service(10 + $0))] }
    kernel.capacity = 2
    let outcomes = client.apply(changes)
    let failed = zip(changes, outcomes).filter { if case .failure = $0.1 { true } else { false } }
    // The new ones all came about; of the repeated one the table shows what was wanted, or its error came through.
    #expect(failed.allSatisfy { $0.0 == .addService(service(1)) })
    #expect(kernel.table.entries.count == 7)
  }

  @Test("stops a sync daemon although the kernel never answers")
  func silentStop() throws {
    var client = try kernel.client()
    try client.start(SyncDaemon(.backup, interface: "eth0", syncID: 1))
    kernel.mutesDaemonStop = true
    try client.stopSyncDaemon(.backup)
    #expect(kernel.daemons.isEmpty)
  }

  @Test("calls a missing module, a missing capability and a missing sync daemon by their names")
  func names() throws {
    kernel.hasModule = false
    #expect(throws: IPVSError(.open, "IPVS", .moduleMissing)) { _ = try kernel.client() }
    kernel.hasModule = true
    var client = try kernel.client()
    #expect(throws: IPVSError(.stopSyncDaemon, "sync daemon master", .notRunning, errno: 3)) {
      try client.stopSyncDaemon(.master)
    }
    kernel.refusal = 1
    let error = #expect(throws: IPVSError.self) { try client.flush() }
    #expect(error?.reason == .notPermitted || error?.reason == .userNamespace)
    #expect(error?.errno == 1)
  }

  @Test("asks again for a service that shows no servers, and leaves it out when it is gone")
  func vanished() throws {
    var client = try kernel.client()
    try client.apply(.addService(service(1)))
    try client.apply(.addService(service(2)))
    kernel.beforeServers = { [kernel] in kernel.table.entries[service(2).key] = nil }
    #expect(try client.snapshot().map(\.status.service.key) == [service(1).key])
  }

  @Test("carries out nothing of what the kernel would misunderstand", arguments: objections)
  func refusal(_ example: Objection) throws {
    var client = try kernel.client()
    let outcome = client.apply([example.change])
    guard case .failure(let error) = outcome.first else {
      Issue.record("accepted")
      return
    }
    #expect(error.reason == .invalid(example.why))
    #expect(kernel.sent.isEmpty)
  }

  struct Objection: Sendable, CustomTestStringConvertible {
    let why: String
    let change: TableChange
    var testDescription: String { why }
  }

  static let objections: [Objection] = {
    let key = ServiceKey.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 6443))
    let endpoint = Endpoint(.ipv4(IPv4Address(10, 0, 0, 11)), port: 6443)
    func server(
      _ endpoint: Endpoint = endpoint, _ forwarding: ForwardingMethod = .nat, weight: UInt32 = 1,
      upper: UInt32 = 0,
      lower: UInt32 = 0
    ) -> TableChange {
      .addServer(
        RealServer(
          endpoint, forwarding: forwarding, weight: weight, upperThreshold: upper, lowerThreshold: lower),
        key)
    }
    let everyPort = Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 0)
    let sixth = Endpoint(.ipv6(IPv6Address(0xFD00 << 112 | 1)), port: 6443)
    return [
      Objection(
        why: "firewall mark 0 is no mark", change: .addService(VirtualService(.firewallMark(0, .ipv4)))),
      Objection(
        why: "0.0.0.0 is not a unicast address",
        change: .addService(VirtualService(.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(0)), port: 80))))),
      Objection(
        why: "port 0 (every port) needs persistence",
        change: .setService(VirtualService(.endpoint(.tcp, everyPort)))),
      Objection(
        why: "one-packet scheduling is for UDP", change: .addService(VirtualService(key, isOnePacket: true))),
      Objection(
        why: "persistence timeout must be 1 to 2678400 seconds",
        change: .addService(VirtualService(key, persistence: Persistence(timeout: 0, family: .ipv4)))),
      Objection(
        why: "persistence timeout must be 1 to 2678400 seconds",
        change: .addService(VirtualService(key, persistence: Persistence(timeout: .max, family: .ipv4)))),
      Objection(
        why: "IPv6 persistence prefix length must be 1 to 128",
        change: .addService(
          VirtualService(.endpoint(.tcp, sixth), persistence: Persistence(timeout: 1, mask: 129)))),
      Objection(
        why: "224.0.0.1 is not a unicast address",
        change: server(Endpoint(.ipv4(IPv4Address(224, 0, 0, 1)), port: 6443))),
      Objection(why: "weight must be 0 to 2147483647", change: server(weight: 0x8000_0000)),
      Objection(why: "upper threshold must be 0 to 2147483647", change: server(upper: .max)),
      Objection(why: "lower threshold is above the upper one", change: server(upper: 5, lower: 6)),
      Objection(
        why: "direct does not translate ports: the server's must be 6443",
        change: server(Endpoint(endpoint.address, port: 6444), .direct)),
      Objection(
        why: "a server's port 0 needs a service on port 0",
        change: server(Endpoint(endpoint.address, port: 0))),
      Objection(why: "a GUE tunnel needs a port", change: server(endpoint, .tunnel(.gue(port: 0, .none)))),
      Objection(why: "a GRE tunnel has no remote checksum", change: server(endpoint, .tunnel(.gre(.remote)))),
      Objection(why: "an IPv6 server of an IPv4 service needs a tunnel", change: server(sixth)),
      Objection(why: "forwarding local is the kernel's own", change: server(endpoint, .local)),
    ]
  }()
}
