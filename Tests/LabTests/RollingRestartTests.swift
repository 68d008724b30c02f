import Glibc
import Testing

/// Servers that are restarted one after the other, under load.
@Suite("A rolling restart", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct RollingRestartTests {
  /// Who says that a server is to take no more new connections.
  enum Way: CaseIterable { case operatorDrains, configurationDropsIt, serverSaysSo }

  private static let service = "10.0.0.250:6443"
  private static let servers = ["server1", "server2", "server3"]

  private static func address(of server: String) -> String { "10.0.0.1\(server.suffix(1))" }

  private static func configuration(without dropped: String? = nil) -> String {
    """
    services:
      - name: api
        address: \(service)
        scheduler: rr
        servers: [\(servers.filter { $0 != dropped }.map(address).joined(separator: ", "))]
        check: {http: {path: /readyz}, interval: 2s, rise: 1, fall: 3}
        drain: 1h
    """
  }

  @Test(
    "of all servers fails no new connection, and ends no old one but by its own server's will",
    arguments: Lab.isLong ? Way.allCases.map { [$0, $0, $0] } : [Way.allCases])
  func rollingRestart(_ ways: [Way]) throws {
    let stage = try Stage(["client", "director1"] + Self.servers)
    defer { try? stage.close() }
    for server in Self.servers { try stage.listen(server, "\(Self.address(of: server)):6443") }
    try stage.on("director1", "ip address add 10.0.0.250/32 dev lan")
    try stage.start("director1", Self.configuration())
    try stage.wait("all servers are in the table") { try stage.servers("director1") == 3 }
    var old = try (0..<50).map { _ in try #require(try stage.connect("client", to: Self.service)) }
    let load = try Load("client", to: Self.service, every: .milliseconds(5))
    defer { load.stop() }
    /// How each of the old connections is now.
    func ends() -> [String: Set<Stream.End?>] {
      Dictionary(grouping: old) { $0.name ?? "" }.mapValues { Set($0.map(\.end)) }
    }

    for (server, way) in zip(Self.servers, ways) {
      load.phase = "\(server) drains, \(way)"
      try setDraining(true, server, way, on: stage)
      try stage.wait("no new connections to \(server)") {
        try stage.weights("director1").contains { $0 == (Self.address(of: server), 0) }
      }
      let drained = ContinuousClock.now
      try stage.wait("those that began before it are over") { load.isPast(drained) }
      // As a graceful server does, it ends once it has answered everybody.
      let own = old.count { $0.name == server }
      try stage.wait("\(server) has only old connections") {
        stage.listeners.allSatisfy { $0.host != server || $0.streams(from: Stage.address).count == own }
      }
      let served = load.served[server]
      stage.pump(within: .milliseconds(500))
      #expect(load.served[server] == served, "\(load.phase): a new connection")
      #expect(ends() == ["server1": [nil], "server2": [nil], "server3": [nil]])

      load.phase = "\(server) is gone"
      stage.listeners.removeAll { $0.host == server }
      stage.pump(within: .milliseconds(500))
      #expect(ends().filter { $0.value != [nil] } == [server: [.closed]])
      old.removeAll { $0.name == server }

      load.phase = "\(server) returns"
      try stage.listen(server, "\(Self.address(of: server)):6443")
      try setDraining(false, server, way, on: stage)
      try stage.wait("new connections to \(server)") { load.served[server] != served }
      // Whose turn it is depends on what the load has begun in between: all of them may be another server's.
      var new = 0
      try stage.wait("\(server) has long-lived connections again") {
        old.append(try #require(try stage.connect("client", to: Self.service)))
        new += 1
        return new >= own && old.contains { $0.name == server }
      }
    }
    load.stop()
    #expect(stage.pump(until: { load.hasEnded }, within: .seconds(15)))
    print("\(load.begun) new connections during a rolling restart, \(load.rate) a second")
    #expect(load.failures == [])
    #expect(ends() == ["server1": [nil], "server2": [nil], "server3": [nil]])
    #expect(try !stage.log("director1").contains("reset"))
  }

  private func setDraining(
    _ isDraining: Bool, _ server: String, _ way: Way, on stage: Stage
  ) throws {
    let address = Self.address(of: server)
    switch way {
    case .operatorDrains:
      let command = "\(Lab.pintle) \(isDraining ? "drain" : "undrain") \(address)"
      try stage.onStage("director1", "\(command) --runtime-directory /run/stage/director1")
    case .configurationDropsIt:
      try Lab.write(Self.configuration(without: isDraining ? server : nil), to: "/run/stage/director1.yaml")
      stage.kill("director1", SIGHUP)
    case .serverSaysSo: stage.listeners.first { $0.host == server }?.isReady = !isDraining
    }
  }
}
