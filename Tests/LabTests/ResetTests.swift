import Glibc
import Testing

/// Clients of a server that dies hear of it, however idle they are.
@Suite("Clients of a dead server", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct ResetTests {
  enum Method: String, CaseIterable { case nat, direct, tunnel }

  /// A service over two servers, which are made ready for the method.
  private func stage(_ method: Method, _ address: String, resets: Bool = true) throws -> (Stage, [Listener]) {
    let stage = try Stage(["client", "director1", "server1", "server2"])
    let isIPv6 = address.contains(":")
    let length = isIPv6 ? 128 : 32
    let endpoint = isIPv6 ? "[\(address)]:6443" : "\(address):6443"
    let servers = (1...2).map { isIPv6 ? "fd00::1\($0)" : "10.0.0.1\($0)" }
    try stage.on(
      "director1", "ip address add \(address)/\(length) dev lan\(isIPv6 ? " nodad preferred_lft 0" : "")")
    let configuration = """
      services:
        - name: api
          address: "\(endpoint)"
          scheduler: rr
          forwarding: \(method.rawValue)
          servers: [\(servers.map { "\"\($0)\"" }.joined(separator: ", "))]
          check: {tcp: {}, interval: 2s, timeout: 2s, fall: 3, rise: 1}
          drain: 8s
          resetClients: \(resets)
      """
    if method != .nat {
      try Lab.write(configuration, to: "/run/stage/server.yaml")
      for server in 1...2 {
        try stage.on("server\(server)", "\(Lab.pintle) realserver up /run/stage/server.yaml")
      }
    }
    // Where the destination stays, the server listens on the service's address, as one on every address would.
    let listeners = try servers.enumerated().map { index, server in
      try stage.listen("server\(index + 1)", isIPv6 ? "[::]:6443" : "0.0.0.0:6443")
    }
    try stage.start("director1", configuration)
    try stage.wait("both servers are in the table") { try stage.servers("director1") == 2 }
    return (stage, listeners)
  }

  /// Until a server that is silent is out: every two seconds a check, the third failure in a row counts, and the last
  /// one has two seconds; and two for the work of an emulator that has a busy machine.
  private static let verdict = Duration.seconds(2 * 3 + 2 + 2)

  @Test(
    "An idle client is reset at once when its server's host dies, and new ones never fail from then on",
    arguments: Method.allCases, Lab.isLong ? [Stage.address, Stage.address6] : [Stage.address6])
  func idleClient(_ method: Method, _ address: String) throws {
    let (stage, _) = try stage(method, address)
    let endpoint = address.contains(":") ? "[\(address)]:6443" : "\(address):6443"
    let clients = try (0..<4).compactMap { _ in try stage.connect("client", to: endpoint) }
    #expect(Set(clients.compactMap(\.name)) == ["server1", "server2"])

    let death = ContinuousClock.now
    try stage.cable("server1", isPlugged: false)
    let ofDead = clients.filter { $0.name == "server1" }
    let ofLiving = clients.filter { $0.name == "server2" }
    let wasDeleted = stage.pump(
      until: { (try? stage.servers("director1")) == 1 }, within: .seconds(20))
    let deletion = ContinuousClock.now
    #expect(deletion - death < Self.verdict)
    let wasTold = stage.pump(
      until: { ofDead.allSatisfy { $0.end != nil } }, within: .seconds(5))
    let log = try stage.log("director1")
    #expect(wasDeleted && wasTold, "\(log)")
    if let last = ofDead.map(\.heard).max() {
      print(
        "\(method) over \(address): out \(deletion - death) after the death, reset \(last - deletion) after that"
      )
    }
    #expect(ofDead.allSatisfy { $0.end == .failed(ECONNRESET) })
    #expect(ofLiving.allSatisfy { $0.end == nil })
    // Those of the other server never notice.
    for client in ofLiving { client.send("still there?\n") }
    #expect(
      stage.pump(
        until: { ofLiving.allSatisfy { $0.lines == 2 } }, within: .seconds(5)))
    for _ in 0..<20 { #expect(try stage.connect("client", to: endpoint)?.name == "server2") }
    try stage.close()
  }

  @Test("An idle client hears nothing where the service says so")
  func untold() throws {
    let (stage, _) = try stage(.nat, Stage.address6, resets: false)
    let clients = try (0..<2).compactMap { _ in try stage.connect("client", to: "[\(Stage.address6)]:6443") }
    #expect(Set(clients.compactMap(\.name)) == ["server1", "server2"])
    try stage.cable("server1", isPlugged: false)
    #expect(stage.pump(until: { (try? stage.servers("director1")) == 1 }, within: .seconds(20)))
    // Where they are told, it takes milliseconds.
    stage.pump(until: { clients.contains { $0.end != nil } }, within: .seconds(2))
    #expect(clients.allSatisfy { $0.end == nil })
    #expect(try !stage.log("director1").contains("reset"))
    try stage.close()
  }

  @Test("A client of a service that is dropped goes on until the end of its drain, and is reset then")
  func droppedService() throws {
    let (stage, _) = try stage(.nat, Stage.address6)
    let client = try #require(try stage.connect("client", to: "[\(Stage.address6)]:6443"))
    // Nothing that is configured from now on needs a source NAT.
    try Lab.write(
      """
      services:
        - {name: other, address: 10.0.0.251:6443, forwarding: direct, resetClients: false, servers: [10.0.0.11]}
      """, to: "/run/stage/director1.yaml")
    stage.kill("director1", SIGHUP)
    try stage.wait("the service is dropped") {
      try stage.log("director1").contains("configuration 2 runs")
    }
    client.send("still there?\n")
    let goesOn = stage.pump(until: { client.lines == 2 || client.end != nil }, within: .seconds(3))
    #expect(goesOn && client.end == nil)
    let isTold = stage.pump(until: { client.end != nil }, within: .seconds(20))
    let log = try stage.log("director1")
    #expect(isTold && client.end == .failed(ECONNRESET), "\(log)")
    try stage.wait("nothing is left of what it needed") {
      try !stage.on("director1", "nft list tables").contains("pintle")
        && stage.on("director1", "sysctl -n net.ipv4.vs.conntrack net.ipv4.vs.expire_nodest_conn") == "0\n0\n"
    }
    try stage.close()
  }
}
