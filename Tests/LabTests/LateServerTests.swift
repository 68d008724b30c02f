import Glibc
import Testing

/// Connections that a director learns from its peer while their server is out for itself.
///
/// Had it not the server in its table, they would have no destination, then or later: what their clients say would go to
/// the server's address, whatever becomes of the server.
@Suite("A server that the Backup did not know", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct LateServerTests {
  enum Death: String, CaseIterable { case withTheActive, afterTheTakeover }

  private static func configuration(priority: Int) -> String {
    """
    services:
      - name: api
        address: "10.0.0.250:6443"
        scheduler: rr
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 2s, timeout: 2s, fall: 2, rise: 1}
    virtualRouters:
      - {name: v4, interface: lan, id: 51, priority: \(priority), advertisementInterval: 1s, addresses: [10.0.0.250/32]}
    connectionSync: {interface: lan, id: 51}
    """
  }

  @Test("Its clients are reset when it dies, before the takeover or later", arguments: Death.allCases)
  func clients(_ death: Death) throws {
    let stage = try Stage(["client", "director1", "director2", "server1", "server2"])
    defer { try? stage.close() }
    for server in ["server1", "server2"] { try stage.listen(server, "0.0.0.0:6443") }
    // The check of its own processes, and not what is forwarded.
    try stage.on(
      "director2",
      """
      nft "add table ip blind; add chain ip blind out { type filter hook output priority 0; };
        add rule ip blind out meta skuid 0 ip daddr 10.0.0.11 drop"
      """)
    try stage.start("director1", Self.configuration(priority: 150))
    try stage.start("director2", Self.configuration(priority: 100))
    try stage.wait("director1 holds the address") { try stage.holds("director1", "10.0.0.250") }
    try stage.wait("director2 does not know server1") {
      try stage.serving("director1") == 2
        && stage.weights("director2").map(\.weight).sorted() == [0, 1]
    }
    let clients = try (0..<4).map { _ in try #require(try stage.connect("client", to: "10.0.0.250:6443")) }
    let ofDead = clients.filter { $0.name == "server1" }
    let ofLiving = clients.filter { $0.name == "server2" }
    #expect(ofDead.count == 2 && ofLiving.count == 2)
    try stage.wait("director2 knows all connections") {
      try stage.on("director2", "grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :") == "4\n"
    }
    if death == .withTheActive {
      try stage.cable("server1", isPlugged: false)
    } else {
      try stage.on("director2", "nft delete table ip blind")
      try stage.wait("director2 knows server1") {
        try stage.weights("director2").map(\.weight) == [1, 1]
      }
    }
    try stage.cable("director1", isPlugged: false)
    stage.kill("director1", SIGKILL)
    try stage.wait("director2 holds the address") { try stage.holds("director2", "10.0.0.250") }
    if death == .afterTheTakeover {
      for client in clients { client.send("still there?\n") }
      #expect(stage.pump(until: { clients.allSatisfy { $0.lines == 2 } }, within: .seconds(10)))
      try stage.cable("server1", isPlugged: false)
      try stage.wait("server1 is out") { try stage.servers("director2") == 1 }
    }
    let areTold = stage.pump(until: { ofDead.allSatisfy { $0.end != nil } }, within: .seconds(5))
    let log = try stage.log("director2")
    #expect(areTold && ofDead.allSatisfy { $0.end == .failed(ECONNRESET) }, "\(ofDead.map(\.end))\n\(log)")
    let lines = ofLiving.map(\.lines)
    for client in ofLiving { client.send("and you?\n") }
    let areServed = stage.pump(
      until: { zip(ofLiving, lines).allSatisfy { $0.lines > $1 } }, within: .seconds(10))
    #expect(areServed, "\(log)")
  }
}
