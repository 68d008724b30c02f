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

  @Test("Containers of a director, whose addresses are masqueraded, reach the service, Active or Backup")
  func containers() throws {
    let stage = try started(["server1", "server2"])
    defer { try? stage.close() }
    for (host, pod) in [("director1", "pod1"), ("director2", "pod2")] {
      try Lab.shell(
        """
        set -e
        ip netns add \(pod)
        ip -n \(host) link add pods type veth peer name eth0 netns \(pod)
        ip -n \(host) address add 172.17.0.1/24 dev pods; ip -n \(host) link set pods up
        ip -n \(pod) address add 172.17.0.2/24 dev eth0; ip -n \(pod) link set eth0 up
        ip -n \(pod) route add default via 172.17.0.1
        ip netns exec \(host) nft -f - <<END
        table ip pods {
          chain out {
            type nat hook postrouting priority srcnat
            ip saddr 172.17.0.0/24 oifname "lan" masquerade
          }
        }
        END
        """)
      let served = try stage.ask(pod, "10.0.0.250:6443", times: 6)
      #expect(Set(served.map { $0.prefix { $0 != " " } }) == ["server1", "server2"], "\(host): \(served)")
    }
  }

  @Test("A process on a director whose daemon was killed is told as well, when that runs again")
  func ownConnectionsOfTheKilled() throws {
    let stage = try started(["server1", "server2"])
    defer { try? stage.close() }
    let streams = try (0..<4).map { _ in try #require(try stage.connect("director1", to: "10.0.0.250:6443")) }
    stage.kill("director1", SIGKILL)
    try stage.wait("director2 alone holds the address") {
      try stage.holds("director2", Stage.address) && !stage.holds("director1", Stage.address)
    }
    try stage.start(
      "director1", Self.configuration([Stage.address], ["10.0.0.11", "10.0.0.12"], priority: 50))
    #expect(stage.pump(until: { streams.allSatisfy { $0.end != nil } }, within: .seconds(30)))
    #expect(streams.allSatisfy { $0.end == .failed(ECONNABORTED) }, "\(streams.map(\.end))")
  }

  @Test(
    "A process on a director is told that its connection has ended, whether the address goes or comes",
    arguments: [["10.0.0.250"], ["10.0.0.250", "10.0.0.251"]])
  func ownConnections(_ addresses: [String]) throws {
    let stage = try started(["director2", "server1"], addresses)
    defer { try? stage.close() }
    var streams: [String: [Stream]] = [:]
    for host in ["client", "director1", "director2"] {
      streams[host] = try (0..<4).map { _ in try #require(try stage.connect(host, to: "10.0.0.250:6443")) }
    }
    // Who has lost a connection makes another one at once, while the directors still change their roles.
    let rounds = (0..<4).flatMap { _ in [("handover", "director2"), ("resume", "director1")] }
    for (verb, active) in rounds {
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

  @Test(
    "Of a lost director's connections those go on whose server is another host, and the others end",
    arguments: [["10.0.0.250"], ["10.0.0.250", "10.0.0.251"]])
  func ownServer(_ addresses: [String]) throws {
    let stage = try started(["director1", "director2", "server1"], addresses)
    defer { try? stage.close() }
    let streams = try addresses.flatMap { address in
      try (0..<9).map { _ in try #require(try stage.connect("client", to: "\(address):6443")) }
    }
    func served(by server: String) -> [Stream] { streams.filter { $0.name == server } }
    try stage.wait("director2 knows all connections") {
      Int(try stage.on("director2", "grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :").dropLast()) ?? 0
        >= streams.count
    }
    try stage.cable("director1", isPlugged: false)
    stage.kill("director1", SIGKILL)
    try stage.wait("director2 holds the address") { try stage.holds("director2", Stage.address) }
    // Its socket knows the service's address as its client's. Nobody says a word of it.
    let own = served(by: "director2")
    #expect(own.count == 3 * addresses.count)
    #expect(stage.pump(until: { own.allSatisfy { $0.end != nil } }, within: .seconds(10)))
    #expect(own.allSatisfy { $0.end == .failed(ECONNRESET) }, "\(own.map(\.end))")
    let other = served(by: "server1")
    for stream in other { stream.send("still there?\n") }
    #expect(stage.pump(until: { other.allSatisfy { $0.lines == 2 } }, within: .seconds(10)))
    // The checks find it dead.
    let lost = served(by: "director1")
    #expect(stage.pump(until: { lost.allSatisfy { $0.end != nil } }, within: .seconds(60)))
  }

  /// The configuration of a director; all addresses move together.
  private static func configuration(_ addresses: [String], _ servers: [String], priority: Int) -> String {
    """
    services:
    \(addresses.map { address in
      """
        - name: api-\(address)
          address: \(address):6443
          scheduler: rr
          servers: [\(servers.joined(separator: ", "))]
          check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}
      """
    }.joined(separator: "\n"))
    virtualRouters:
    \(addresses.enumerated().map { index, address in
      """
        - name: v4-\(index)
          interface: lan
          id: \(51 + index)
          priority: \(priority)
          addresses: [\(address)/32]
          group: all
      """
    }.joined(separator: "\n"))
    connectionSync: {interface: lan, id: 51}
    """
  }

  /// A pair whose first director is Active.
  private func started(_ servers: [String], _ services: [String] = [Stage.address]) throws -> Stage {
    let stage = try Stage(["client", "director1", "director2", "server1", "server2"])
    let addresses = [
      "director1": "10.0.0.1", "director2": "10.0.0.2", "server1": "10.0.0.11", "server2": "10.0.0.12",
    ]
    for server in servers { try stage.listen(server, "0.0.0.0:6443") }
    let own = servers.compactMap { addresses[$0] }
    try stage.start("director1", Self.configuration(services, own, priority: 150))
    try stage.wait("director1 is Active") { try stage.holds("director1", Stage.address) }
    try stage.start("director2", Self.configuration(services, own, priority: 100))
    let count = servers.count * services.count
    try stage.wait("all servers are in both tables") {
      try stage.serving("director1") == count && stage.serving("director2") == count
    }
    return stage
  }
}
