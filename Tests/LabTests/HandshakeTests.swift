import Testing

/// A handshake that begins by way of one director and ends by way of the other.
@Suite("A handshake on its way between directors", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct HandshakeTests {
  private static func configuration(priority: Int) -> String {
    """
    services:
      - name: api
        address: "10.0.0.250:6443"
        servers: [10.0.0.11]
        check: {tcp: {}, interval: 60s, timeout: 5s, fall: 5}
      - name: api6
        address: "[fd00::250]:6443"
        servers: ["fd00::11"]
        check: {tcp: {}, interval: 60s, timeout: 5s, fall: 5}
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

  private func move(_ verb: String, to director: String, on stage: Stage) throws {
    try stage.onStage("director1", "\(Lab.pintle) \(verb) --runtime-directory /run/stage/director1")
    try stage.wait("\(director) holds the addresses") {
      try ["10.0.0.250", "fd00::250"].allSatisfy { try stage.holds(director, $0) }
    }
  }

  @Test("goes on after its way back, although the director of its beginning has seen no answer")
  func wayBack() throws {
    let stage = try Stage(["client", "director1", "director2", "server1"])
    defer { try? stage.close() }
    try stage.listen("server1", "0.0.0.0:6443")
    try stage.listen("server1", "[::]:6443")
    try stage.start("director1", Self.configuration(priority: 150))
    try stage.start("director2", Self.configuration(priority: 100))
    try stage.wait("director1 holds the addresses, and the server is in both tables") {
      try stage.holds("director1", "fd00::250") && stage.serving("director1") == 2
        && stage.serving("director2") == 2
    }
    // Its neighbours know it, and it answers nobody.
    try stage.on(
      "server1",
      """
      nft "add table inet off; add chain inet off in { type filter hook input priority 0; };
        add rule inet off in tcp dport 6443 drop"
      """)
    let streams = try ["10.0.0.250:6443", "[fd00::250]:6443"].map { try stage.begin("client", to: $0) }
    for stream in streams { stream.send("hello\n") }
    try stage.wait("director1 has begun the handshakes") {
      try stage.on("director1", "grep -c SYN_RECV /proc/net/ip_vs_conn || :") == "2\n"
    }
    try move("handover", to: "director2", on: stage)
    try stage.on("server1", "nft delete table inet off")
    let areServed = stage.pump(until: { streams.allSatisfy { $0.lines == 1 } }, within: .seconds(30))
    let log = try stage.log("director2")
    #expect(areServed, "\(log)")
    try stage.wait("director1 knows the connections") {
      try stage.on("director1", "grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :") == "2\n"
    }
    try move("resume", to: "director1", on: stage)
    for stream in streams { stream.send("still there?\n") }
    let goOn = stage.pump(until: { streams.allSatisfy { $0.lines == 2 } }, within: .seconds(10))
    let logAfter = try stage.log("director1")
    #expect(goOn, "\(streams.map(\.lines)) \(streams.map(\.end))\n\(logAfter)")
  }
}
