import Glibc
import Testing

/// Who uses the service on the directors themselves, where all its servers are reached by NAT.
@Suite("A pair by NAT alone", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct NATPairTests {
  @Test(
    "A process on either director, or beside them, gets every server's turn, whether a director is one of them or not",
    arguments: [["server1", "server2"], ["director2", "server1"], ["director1", "director2", "server1"]])
  func processes(_ servers: [String]) throws {
    let stage = try started(servers)
    defer { try? stage.close() }
    for host in ["client", "director1", "director2", "server1"] {
      let served = try stage.ask(host, "10.0.0.250:6443", times: 6).map { String($0.prefix { $0 != " " }) }
      #expect(Set(served) == Set(servers), "\(host)")
    }
  }

  @Test("A process on a director is told that its connection has ended, whether the address goes or comes")
  func ownConnections() throws {
    let stage = try started(["director2", "server1"])
    defer { try? stage.close() }
    var streams: [String: [Stream]] = [:]
    for host in ["client", "director1", "director2"] {
      streams[host] = try (0..<4).map { _ in try #require(try stage.connect(host, to: "10.0.0.250:6443")) }
    }
    for (verb, active) in [("handover", "director2"), ("resume", "director1")] {
      try stage.onStage("director1", "\(Lab.pintle) \(verb) --runtime-directory /run/stage/director1")
      try stage.wait("\(active) is Active") { try stage.holds(active, Stage.address) }
      for host in ["director1", "director2"] {
        let mine = streams[host] ?? []
        #expect(stage.pump(until: { mine.allSatisfy { $0.end != nil } }, within: .seconds(10)), "\(host)")
        // A server may have been quicker, to whom the other director has said a word.
        #expect(
          mine.allSatisfy { $0.end == .failed(ECONNABORTED) || $0.end == .failed(ECONNRESET) },
          "\(host): \(mine.map(\.end))")
        streams[host] = try (0..<4).map { _ in try #require(try stage.connect(host, to: "10.0.0.250:6443")) }
      }
    }
    #expect(
      try stage.log("director1").contains("of this host's own processes to services, whose address came here")
    )
  }

  @Test("Of a lost director's connections those go on whose server is another host, and the others end")
  func ownServer() throws {
    let stage = try started(["director1", "director2", "server1"])
    defer { try? stage.close() }
    let streams = try (0..<9).map { _ in
      try #require(try stage.connect("client", to: "10.0.0.250:6443"))
    }
    func served(by server: String) -> [Stream] { streams.filter { $0.name == server } }
    try stage.wait("director2 knows all connections") {
      Int(try stage.on("director2", "grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :").dropLast()) ?? 0
        >= 9
    }
    try stage.cable("director1", isPlugged: false)
    stage.kill("director1", SIGKILL)
    try stage.wait("director2 holds the address") { try stage.holds("director2", Stage.address) }
    // Its socket knows the service's address as its client's. Nobody says a word of it.
    let own = served(by: "director2")
    #expect(own.count == 3)
    #expect(stage.pump(until: { own.allSatisfy { $0.end != nil } }, within: .seconds(10)))
    #expect(own.allSatisfy { $0.end == .failed(ECONNRESET) }, "\(own.map(\.end))")
    let other = served(by: "server1")
    for stream in other { stream.send("still there?\n") }
    #expect(stage.pump(until: { other.allSatisfy { $0.lines == 2 } }, within: .seconds(10)))
    // The checks find it dead.
    let lost = served(by: "director1")
    #expect(stage.pump(until: { lost.allSatisfy { $0.end != nil } }, within: .seconds(60)))
  }

  /// A pair whose first director is Active.
  private func started(_ servers: [String]) throws -> Stage {
    let stage = try Stage(["client", "director1", "director2", "server1", "server2"])
    let addresses = [
      "director1": "10.0.0.1", "director2": "10.0.0.2", "server1": "10.0.0.11", "server2": "10.0.0.12",
    ]
    for server in servers { try stage.listen(server, "0.0.0.0:6443") }
    func configuration(priority: Int) -> String {
      """
      services:
        - name: api
          address: 10.0.0.250:6443
          scheduler: rr
          servers: [\(servers.compactMap { addresses[$0] }.joined(separator: ", "))]
          check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}
      virtualRouters:
        - {name: v4, interface: lan, id: 51, priority: \(priority), addresses: [10.0.0.250/32]}
      connectionSync: {interface: lan, id: 51}
      """
    }
    try stage.start("director1", configuration(priority: 150))
    try stage.wait("director1 is Active") { try stage.holds("director1", Stage.address) }
    try stage.start("director2", configuration(priority: 100))
    try stage.wait("all servers are in both tables") {
      try stage.servers("director1") == servers.count && stage.servers("director2") == servers.count
    }
    return stage
  }
}
