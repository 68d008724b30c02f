import Glibc
import Testing

/// Two directors of which one gives the addresses to the other because it is asked to.
@Suite("A planned handover", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct HandoverTests {
  /// So many there and as many back under load.
  private static let count = Lab.isLong ? 10 : 2

  private static func configuration(priority: Int) -> String {
    let check = "check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}"
    let router = "interface: lan, id: 51, priority: \(priority), advertisementInterval: 300ms, group: pair"
    return """
      services:
        - {name: vip, address: "10.0.0.250:6443", servers: [10.0.0.11, 10.0.0.12], \(check)}
        - {name: vip6, address: "[fd00::250]:6443", servers: ["fd00::11", "fd00::12"], \(check)}
        - {name: direct, address: "10.0.0.251:6443", forwarding: direct, servers: [10.0.0.11, 10.0.0.12], \(check)}
      virtualRouters:
        - {name: v4, \(router), addresses: [10.0.0.250/32, 10.0.0.251/32]}
        - {name: v6, \(router), addresses: ["fe80::250/128", "fd00::250/128"]}
      connectionSync: {interface: lan, id: 51}
      """
  }

  /// For all tests, in any order: each leaves director1 with the addresses.
  private static let stage = Result {
    let stage = try Stage(["client", "director1", "director2", "server1", "server2"])
    for server in ["server1", "server2"] {
      try stage.on(
        server,
        """
        sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
        ip address add 10.0.0.251/32 dev lo
        """)
      try stage.listen(server, "0.0.0.0:6443")
      try stage.listen(server, "[::]:6443")
    }
    try stage.start("director1", configuration(priority: 150))
    try stage.wait("director1 holds the address") { try stage.holds("director1", Stage.address) }
    try startPeer(on: stage)
    return stage
  }

  private static func startPeer(on stage: Stage) throws {
    try stage.start("director2", configuration(priority: 100))
    try stage.wait("all servers are in both tables") {
      try stage.serving("director1") == 6 && stage.serving("director2") == 6
    }
  }

  /// Has director1 give the addresses away, or take part again, while servers and clients go on.
  private func move(_ verb: String, to host: String, on stage: Stage) throws {
    try stage.onStage("director1", "\(Lab.pintle) \(verb) --runtime-directory /run/stage/director1")
    let other = host == "director1" ? "director2" : "director1"
    try stage.wait("\(host) alone holds the addresses") {
      try [Stage.address, Stage.address6].allSatisfy {
        try stage.holds(host, $0) && !stage.holds(other, $0)
      }
    }
  }

  /// Has the other end answer once more on each; how many did.
  private func alive(of streams: [Stream], on stage: Stage) -> Int {
    let before = streams.map(\.lines)
    for stream in streams { stream.send("still there?\n") }
    func hasAnswered(_ index: Int) -> Bool { streams[index].lines > before[index] }
    stage.pump(
      until: { streams.indices.allSatisfy { hasAnswered($0) || streams[$0].end != nil } },
      within: .seconds(20))
    return streams.indices.count(where: hasAnswered)
  }

  @Test(
    "keeps the connection that was made a moment before, which the kernel has not told the peer of yet",
    arguments: ["10.0.0.250:6443", "[fd00::250]:6443", "10.0.0.251:6443"])
  func lastConnection(_ service: String) throws {
    let stage = try Self.stage.get()
    let there = try #require(try stage.connect("client", to: service))
    try move("handover", to: "director2", on: stage)
    #expect(alive(of: [there], on: stage) == 1, "\(there.end as Any)")
    let back = try #require(try stage.connect("client", to: service))
    try move("resume", to: "director1", on: stage)
    #expect(alive(of: [there, back], on: stage) == 2, "\(there.end as Any), \(back.end as Any)")
  }

  @Test(
    "keeps the connection of a client that had not heard where the address was, and came by way of the other director"
  )
  func detour() throws {
    let stage = try Self.stage.get()
    let link = try stage.on("director2", "cat /sys/class/net/lan/address").filter { !$0.isWhitespace }
    try stage.on("client", "ip neigh replace 10.0.0.250 lladdr \(link) dev lan nud permanent")
    defer { _ = try? stage.on("client", "ip neigh delete 10.0.0.250 dev lan") }
    let stream = try #require(try stage.connect("client", to: "10.0.0.250:6443"))
    try move("handover", to: "director2", on: stage)
    #expect(alive(of: [stream], on: stage) == 1, "\(stream.end as Any)")
    try stage.on("client", "ip neigh delete 10.0.0.250 dev lan")
    try move("resume", to: "director1", on: stage)
    #expect(alive(of: [stream], on: stage) == 1, "\(stream.end as Any)")
  }

  @Test("keeps connections of which a peer that was away knows nothing")
  func ignorantPeer() throws {
    let stage = try Self.stage.get()
    stage.kill("director2", SIGKILL)
    try stage.on("director2", "ipvsadm -C; ipvsadm --stop-daemon backup")
    let streams = try ["10.0.0.250:6443", "[fd00::250]:6443", "10.0.0.251:6443"].flatMap { service in
      try (0..<10).map { _ in try #require(try stage.connect("client", to: service)) }
    }
    try Self.startPeer(on: stage)
    try move("handover", to: "director2", on: stage)
    #expect(alive(of: streams, on: stage) == streams.count)
    try move("resume", to: "director1", on: stage)
    #expect(alive(of: streams, on: stage) == streams.count)
  }

  @Test("fails no new connection and ends no old one, time after time, with 200 new ones a second")
  func load() throws {
    let stage = try Self.stage.get()
    let old = try (0..<10).map { _ in try #require(try stage.connect("client", to: "10.0.0.250:6443")) }
    let load = try Load("client", to: "10.0.0.250:6443", every: .milliseconds(5))
    defer { load.stop() }
    for round in 1...Self.count {
      load.phase = "handover \(round)"
      try move("handover", to: "director2", on: stage)
      load.phase = "way back \(round)"
      try move("resume", to: "director1", on: stage)
    }
    load.stop()
    #expect(stage.pump(until: { load.hasEnded }, within: .seconds(15)))
    print("\(Self.count) handovers and ways back, \(load.begun) connections, \(load.rate) a second")
    #expect(load.failures.isEmpty)
    #expect(alive(of: old, on: stage) == old.count)
  }
}
