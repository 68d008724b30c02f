import Glibc
import Testing

/// Directors of which one, or both, reach none of the servers.
@Suite("A director that reaches no server", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct EmptyHandedTests {
  private static func configuration(priority: Int) -> String {
    """
    services:
      - name: api
        address: "10.0.0.250:6443"
        scheduler: rr
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 1s, timeout: 1s, fall: 3, rise: 1}
      - {name: dead, address: "10.0.0.250:9", servers: [10.0.0.11], check: {tcp: {}, sentinel: false}}
    virtualRouters:
      - name: v4
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: 1s
        addresses: [10.0.0.250/32]
    connectionSync: {interface: lan, id: 51}
    """
  }

  /// Cuts a director off from the servers, and from nobody else.
  private func cut(_ host: String, _ stage: Stage) throws {
    try stage.on(
      host,
      """
      nft "add table ip cut; add chain ip cut out { type filter hook output priority 0; };
        add rule ip cut out ip daddr { 10.0.0.11, 10.0.0.12 } tcp dport 6443 reject with tcp reset"
      """)
    try stage.wait("\(host) has no server") { try stage.log(host).contains("api: no quorum") }
  }

  private func holders(_ stage: Stage) throws -> [String] {
    try ["director1", "director2"].filter { try stage.holds($0, Stage.address) }
  }

  /// How many times each has become Active.
  private func takeovers(_ stage: Stage) throws -> [Int] {
    try ["director1", "director2"].map { try stage.log($0).matches(of: /: Active, holds/).count }
  }

  @Test("gives the address to a peer that reaches some, and keeps it where nobody does")
  func emptyHanded() throws {
    let stage = try Stage(["client", "director1", "director2", "server1", "server2"])
    defer { try? stage.close() }
    for server in ["server1", "server2"] { try stage.listen(server, "0.0.0.0:6443") }
    try stage.start("director1", Self.configuration(priority: 150))
    try stage.wait("director1 holds the address") { try holders(stage) == ["director1"] }
    try stage.start("director2", Self.configuration(priority: 100))
    // A service that has no server anywhere is no reason to give up another one.
    try stage.wait("all servers are known") {
      try ["director1", "director2"].allSatisfy {
        let log = try stage.log($0)
        return ["server 10.0.0.11:6443 is up", "server 10.0.0.12:6443 is up", "dead: no quorum"].allSatisfy {
          log.contains($0)
        }
      }
    }

    try cut("director1", stage)
    try stage.wait("director2 alone holds the address") { try holders(stage) == ["director2"] }
    #expect(try stage.ask("client", "10.0.0.250:6443") == ["server1 10.0.0.250", "server2 10.0.0.250"])

    // Longer than any of the routers' timers: who is as empty-handed as the other takes nothing from it.
    try cut("director2", stage)
    stage.pump(within: .seconds(9))
    #expect(try holders(stage) == ["director2"])
    #expect(try takeovers(stage) == [1, 1])

    try stage.on("director1", "nft delete table ip cut")
    try stage.wait("director1 alone holds the address") { try holders(stage) == ["director1"] }
    #expect(try stage.ask("client", "10.0.0.250:6443") == ["server1 10.0.0.250", "server2 10.0.0.250"])
    #expect(try takeovers(stage) == [2, 1])
  }
}
