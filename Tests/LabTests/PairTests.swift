import Glibc
import Testing

/// Two directors: connections outlive the one that holds the addresses.
@Suite("A pair of directors", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct PairTests {
  /// How many connections there are of each kind; ``SurvivalTests`` has a thousand.
  private static let count = 10

  /// A way of forwarding, with the client that uses it and where it connects to.
  private struct Kind {
    let name: String
    let client: String
    let endpoint: String
    var streams: [Stream] = []
  }

  /// Patient ones: the lab may stand still for a second.
  private static let check = "check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}"

  private static func configuration(priority: Int) -> String {
    """
    services:
      - {name: vip, address: "10.0.0.250:6443", servers: [10.0.0.11, 10.0.0.12], \(check)}
      - {name: vip6, address: "[fd00::250]:6443", servers: ["fd00::11", "fd00::12"], \(check)}
      - {name: masquerade, address: "10.0.0.250:7443", sourceNAT: masquerade, servers: ["10.0.0.11:6443", "10.0.0.12:6443"], \(check)}
      - {name: none, address: "10.1.0.250:6443", sourceNAT: none, servers: [10.0.0.11, 10.0.0.12], \(check)}
      - {name: direct, address: "10.0.0.251:6443", forwarding: direct, servers: [10.0.0.11, 10.0.0.12], \(check)}
      - {name: tunnel, address: "10.0.0.252:6443", forwarding: tunnel, servers: [10.0.0.11, 10.0.0.12], \(check)}
    virtualRouters:
      - name: v4
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: 1s
        group: pair
        addresses: [10.0.0.250/32, 10.0.0.251/32, 10.0.0.252/32, 10.1.0.250/32, 10.0.0.254/32]
      - name: v6
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: 1s
        group: pair
        addresses: ["fe80::250/128", "fd00::250/128"]
    connectionSync: {interface: lan, id: 51}
    """
  }

  private func holds(_ stage: Stage, _ host: String) throws -> Bool {
    let addresses = try Lab.shell("ip -n \(host) -o address show dev lan")
    return ["10.0.0.250/", "10.1.0.250/", "fd00::250/"].allSatisfy { addresses.contains($0) }
  }

  /// How many established connections a director knows.
  private func known(_ host: String) throws -> Int {
    let text = try Lab.shell("ip netns exec \(host) grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :")
    return Int(text.dropLast()) ?? 0
  }

  @Test("Connections survive the power loss of the Active, and the way back")
  func powerLoss() throws {
    let stage = try Stage(["client", "far", "director1", "director2", "server1", "server2"])
    for server in ["server1", "server2"] {
      try stage.on(
        server,
        """
        ip route add 10.1.0.0/24 via 10.0.0.254
        sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
        ip address add 10.0.0.251/32 dev lo; ip address add 10.0.0.252/32 dev lo
        modprobe ipip; ip link set tunl0 up; sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.tunl0.rp_filter=0
        """)
      try stage.listen(server, "0.0.0.0:6443")
      try stage.listen(server, "[::]:6443")
    }
    try stage.start("director1", Self.configuration(priority: 150))
    try stage.wait("director1 holds the addresses") { try holds(stage, "director1") }
    try stage.start("director2", Self.configuration(priority: 100))
    try stage.wait("all servers are in both tables") {
      try stage.serving("director1") == 12 && stage.serving("director2") == 12
    }

    var kinds = [
      Kind(name: "vip", client: "client", endpoint: "10.0.0.250:6443"),
      Kind(name: "vip6", client: "client", endpoint: "[fd00::250]:6443"),
      Kind(name: "none", client: "far", endpoint: "10.1.0.250:6443"),
      Kind(name: "direct", client: "client", endpoint: "10.0.0.251:6443"),
      Kind(name: "tunnel", client: "client", endpoint: "10.0.0.252:6443"),
      Kind(name: "masquerade", client: "client", endpoint: "10.0.0.250:7443"),
    ]
    for index in kinds.indices {
      let streams = try (0..<Self.count).map { _ in
        try stage.begin(kinds[index].client, to: kinds[index].endpoint)
      }
      for stream in streams { stream.send("hello\n") }
      stage.pump(
        until: { streams.allSatisfy { $0.lines == 1 || $0.end != nil } }, within: .seconds(60))
      kinds[index].streams = streams.filter { $0.lines == 1 && $0.end == nil }
      #expect(kinds[index].streams.count == Self.count, "\(kinds[index].name)")
    }
    let all = kinds.flatMap(\.streams)
    let lasting = kinds.filter { $0.name != "masquerade" }
    try stage.wait("director2 knows all connections") { try known("director2") >= all.count }

    try stage.cable("director1", isPlugged: false)
    stage.kill("director1", SIGKILL)
    let loss = ContinuousClock.now
    try stage.wait("director2 holds the addresses") { try holds(stage, "director2") }
    let takeover = ContinuousClock.now
    // Half of the connections are of servers that go on talking, the others of clients that do.
    for listener in stage.listeners { listener.push("push") }
    // Nobody says a word of a masqueraded connection, and yet it ends at once.
    let masqueraded = kinds.last?.streams ?? []
    let wasReset = stage.pump(
      until: { masqueraded.allSatisfy { $0.end != nil } }, within: .seconds(10))
    #expect(wasReset)
    #expect(masqueraded.allSatisfy { $0.end == .failed(ECONNRESET) })

    let heard = stage.pump(
      until: { lasting.flatMap(\.streams).allSatisfy { $0.lines == 2 } }, within: .seconds(20))
    let log = try stage.log("director2")
    for kind in lasting {
      let alive = kind.streams.count { $0.end == nil && $0.lines == 2 }
      #expect(alive * 100 >= Self.count * 99, "\(kind.name): \(alive) of \(Self.count) are alive\n\(log)")
      let stall = kind.streams.map { $0.heard - loss }.max() ?? .zero
      print("\(kind.name): \(alive) of \(Self.count) survived, heard from \(stall) after the loss")
    }
    print("takeover after \(takeover - loss); all heard: \(heard)")
    if Lab.isLong { try wayBack(stage, lasting.flatMap(\.streams)) }
    try stage.close()
  }

  /// The lost director returns with nothing but its configuration, learns, and takes the addresses back.
  private func wayBack(_ stage: Stage, _ streams: [Stream]) throws {
    try Lab.shell(
      "ip netns exec director1 sh -c 'ipvsadm -C; conntrack -F 2>/dev/null; ip address flush dev lan scope global; nft flush ruleset'"
    )
    try Lab.shell(
      """
      ip -n director1 address add 10.0.0.1/24 dev lan
      ip -n director1 address add 10.1.0.1/24 dev lan
      ip -n director1 address add fd00::1/64 dev lan nodad
      """)
    try stage.cable("director1", isPlugged: true)
    try stage.start("director1", Self.configuration(priority: 150))
    // All say something now and then, as clients of an API do.
    var isBack = false
    var lines = 2
    let deadline = ContinuousClock.now + .seconds(120)
    while !isBack, ContinuousClock.now < deadline {
      for stream in streams where stream.end == nil { stream.send("still there?\n") }
      lines += 1
      stage.pump(
        until: { streams.allSatisfy { $0.lines >= lines || $0.end != nil } }, within: .seconds(3))
      stage.pump(within: .seconds(1))
      isBack = try holds(stage, "director1")
    }
    let logs = try stage.log("director1") + stage.log("director2")
    #expect(isBack, "\(logs)")
    for stream in streams where stream.end == nil { stream.send("and now?\n") }
    lines += 1
    stage.pump(until: { streams.allSatisfy { $0.lines >= lines } }, within: .seconds(20))
    let alive = streams.count { $0.end == nil && $0.lines >= lines }
    #expect(alive * 100 >= streams.count * 99, "\(alive) of \(streams.count) are alive\n\(logs)")
    print("the way back: \(alive) of \(streams.count) survived")
  }
}
