import Glibc
import Testing

/// Connections that their director has told nobody of before it lost its power.
@Suite("A connection of the peer alone", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct StrangerTests {
  private static let addresses = ["10.0.0.250", "fd00::250"]

  private static func configuration(priority: Int) -> String {
    """
    services:
      - {name: api, address: "10.0.0.250:6443", servers: [10.0.0.11], check: {tcp: {}, interval: 3s, timeout: 3s}}
      - {name: api6, address: "[fd00::250]:6443", servers: ["fd00::11"], check: {tcp: {}, interval: 3s, timeout: 3s}}
    virtualRouters:
      - name: v4
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: 1s
        group: both
        addresses: [10.0.0.250/32]
      - name: v6
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: 1s
        group: both
        addresses: ["fe80::250/128", "fd00::250/128"]
    connectionSync: {interface: lan, id: 51}
    """
  }

  @Test("Its client, which only listens, is reset once its server speaks again, and others never notice")
  func silentClient() throws {
    let stage = try Stage(["client", "director1", "director2", "server1"])
    defer { try? stage.close() }
    let listeners = try ["0.0.0.0:6443", "[::]:6443"].map { try stage.listen("server1", $0) }
    try stage.start("director1", Self.configuration(priority: 150))
    try stage.wait("director1 holds the addresses") {
      try Self.addresses.allSatisfy { try stage.holds("director1", $0) }
    }
    try stage.start("director2", Self.configuration(priority: 100))
    try stage.wait("the server is in both tables") {
      try stage.serving("director1") == 2 && stage.serving("director2") == 2
    }
    let endpoints = ["10.0.0.250:6443", "[fd00::250]:6443"]
    let known = try endpoints.map { try #require(try stage.connect("client", to: $0)) }
    try stage.wait("director2 knows the connections") {
      try stage.on("director2", "grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :") == "2\n"
    }
    try stage.on(
      "director2",
      """
      nft "add table inet deaf; add chain inet deaf in { type filter hook input priority 0; };
        add rule inet deaf in udp dport 8848 drop"
      """)
    let unknown = try endpoints.map { try #require(try stage.connect("client", to: $0)) }
    try stage.cable("director1", isPlugged: false)
    stage.kill("director1", SIGKILL)
    for listener in listeners { listener.push("tick") }
    try stage.wait("director2 holds the addresses") {
      try Self.addresses.allSatisfy { try stage.holds("director2", $0) }
    }
    // Two seconds to settle; the server's tries are up to thirteen seconds apart by then, and a look takes up to two.
    let areTold = stage.pump(until: { unknown.allSatisfy { $0.end != nil } }, within: .seconds(20))
    let log = try stage.log("director2")
    let filter = try stage.on("director2", "nft list table inet pintle")
    #expect(areTold && unknown.allSatisfy { $0.end == .failed(ECONNRESET) }, "\(log)\(filter)")
    #expect(known.allSatisfy { $0.end == nil && $0.lines == 2 }, "\(known.map(\.lines))\n\(log)")
    #expect(log.contains("that the other director has not told of"), "\(log)")
    #expect(!log.contains("somebody else changed"), "\(log)")
    // What was noted is nobody's change of the table.
    let hasNoted = filter.contains("elements")
    #expect(hasNoted, "\(filter)")
  }
}
