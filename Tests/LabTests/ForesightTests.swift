import Glibc
import Testing

/// Source-NATed connections of which a Backup knows before it takes over.
@Suite("A takeover that is foreseen", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct ForesightTests {
  private static let endpoints = ["10.0.0.250:6443", "[fd00::250]:6443"]

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

  @Test("A server's word reaches its client although nobody has told the client of the takeover")
  func untold() throws {
    let stage = try Stage(["client", "director1", "director2", "server1"])
    defer { try? stage.close() }
    let listeners = try ["0.0.0.0:6443", "[::]:6443"].map { try stage.listen("server1", $0) }
    try stage.start("director1", Self.configuration(priority: 150))
    try stage.wait("director1 holds the addresses") {
      try stage.holds("director1", "10.0.0.250") && stage.holds("director1", "fd00::250")
    }
    try stage.start("director2", Self.configuration(priority: 100))
    try stage.wait("the server is in both tables") {
      try stage.serving("director1") == 2 && stage.serving("director2") == 2
    }
    let streams = try (Self.endpoints + Self.endpoints).map {
      try #require(try stage.connect("client", to: $0))
    }
    try stage.wait("director2 knows the connections") {
      try stage.on("director2", "grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :") == "4\n"
    }
    // Every word of a director to a client.
    try stage.on(
      "director2",
      """
      nft "add table inet mute; add chain inet mute out { type filter hook output priority -400; };
        add rule inet mute out tcp flags & (syn | ack) == (syn | ack) tcp window 1 drop"
      """)
    try stage.cable("director1", isPlugged: false)
    stage.kill("director1", SIGKILL)
    for listener in listeners { listener.push("tick") }
    try stage.wait("director2 holds the addresses") {
      try stage.holds("director2", "10.0.0.250") && stage.holds("director2", "fd00::250")
    }
    let haveHeard = stage.pump(until: { streams.allSatisfy { $0.lines == 2 } }, within: .seconds(15))
    let log = try stage.log("director2")
    #expect(haveHeard, "\(streams.map(\.lines)) \(streams.map(\.end))\n\(log)")
    for stream in streams { stream.send("hello\n") }
    let goOn = stage.pump(until: { streams.allSatisfy { $0.lines == 3 } }, within: .seconds(5))
    #expect(goOn, "\(streams.map(\.lines)) \(streams.map(\.end))\n\(log)")
  }
}
