import IPVS
import Model
import TestSupport
import Testing

/// What the real kernel says where the tests' own can only repeat what it was told.
@Suite("The kernel's IPVS", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct KernelTests {
  private static func service(_ number: Int) -> VirtualService {
    VirtualService(.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10 << 24 | UInt32(number))), port: 6443)))
  }

  private static let server = RealServer(
    Endpoint(.ipv4(IPv4Address(10, 255, 0, 1)), port: 6443), forwarding: .nat)

  @Test("A dump of many services loses none")
  func longDump() throws {
    var client = try IPVSClient()
    try client.flush()
    let changes = (1...1000).map { TableChange.addService(Self.service($0)) }
    for outcome in client.apply(changes) { try outcome.get() }
    #expect(try client.services().count == 1000)
    try client.flush()
  }

  @Test("A service of many servers loses none")
  func longServerDump() throws {
    var client = try IPVSClient()
    try client.flush()
    let key = Self.service(1).key
    try client.apply(.addService(Self.service(1)))
    let changes = (1...500).map { number -> TableChange in
      .addServer(
        RealServer(Endpoint(.ipv4(IPv4Address(10 << 24 | UInt32(number))), port: 6443), forwarding: .nat), key
      )
    }
    for outcome in client.apply(changes) { try outcome.get() }
    #expect(try client.servers(of: key).count == 500)
    try client.flush()
  }

  @Test("Each failure of a batch is matched to its change")
  func failures() throws {
    var client = try IPVSClient()
    try client.flush()
    let unknown = try #require(Scheduler("nope"))
    let reasons = client.apply([
      .addService(Self.service(1)), .addService(Self.service(1)), .setService(Self.service(2)),
      .addService(VirtualService(Self.service(3).key, scheduler: unknown)),
      .deleteService(Self.service(4).key),
      .addServer(Self.server, Self.service(5).key), .setServer(Self.server, Self.service(1).key),
      .deleteServer(Self.server.endpoint, Self.service(1).key), .addServer(Self.server, Self.service(1).key),
      .addServer(Self.server, Self.service(1).key),
    ]).map { outcome -> IPVSError.Reason? in
      if case .failure(let error) = outcome { error.reason } else { nil }
    }
    #expect(
      reasons == [
        nil, .alreadyExists, .noSuchService, .noSuchScheduler("scheduler nope"), .noSuchService,
        .noSuchService,
        .noSuchServer, .noSuchServer, nil, .alreadyExists,
      ])
    try client.flush()
  }

  @Test("A sync daemon that is stopped before it ran is stopped, answer or not", arguments: 1...10)
  func hastyStop(_ attempt: Int) throws {
    try Lab.shell(
      "ip link show lab0 || { ip link add lab0 type dummy; ip address add 10.9.9.1/24 dev lab0; }")
    try Lab.shell("ip link set lab0 up")
    var client = try IPVSClient(receiveTimeout: .milliseconds(500))
    try client.start(SyncDaemon(.backup, interface: "lab0", syncID: 7))
    try client.stopSyncDaemon(.backup)
    #expect(try client.syncDaemons().isEmpty)
  }

  @Test("Time-outs are set one by one, and read back")
  func timeouts() throws {
    var client = try IPVSClient()
    let before = try client.timeouts()
    try client.setTimeouts(ConnectionTimeouts(tcp: 1234))
    #expect(try client.timeouts() == ConnectionTimeouts(tcp: 1234, tcpFin: before.tcpFin, udp: before.udp))
    try client.setTimeouts(before)
  }

  @Test("The kernel tells its version and the size of its connection table")
  func info() throws {
    var client = try IPVSClient()
    let info = try client.info()
    #expect(info.version.major == 1)
    #expect(info.connectionTableSize >= 256)
  }
}
