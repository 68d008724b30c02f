import Glibc
import TestSupport
import Testing

/// A thousand connections at once, one way of forwarding at a time.
///
/// `PINTLE_CONNECTIONS` says how many, where there is no time for a thousand. On a machine with other work the directors do
/// not hear each other in time: `PINTLE_INTERVAL` says how many milliseconds are between two advertisements, 100 without it.
/// The stall is a promise for 100 only.
@Suite(
  "A thousand connections through a pair",
  .enabled(
    if: Lab.isHere && (Lab.isLong || getenv("PINTLE_CONNECTIONS") != nil), "needs scripts/lab, and time"),
  .serialized)
@MainActor
struct SurvivalTests {
  private static let size = number(of: "PINTLE_CONNECTIONS") ?? 1000
  private static let interval = number(of: "PINTLE_INTERVAL") ?? 100
  /// How often a server says a word to each: of five hundred there are some whose word is lost with the director, and an
  /// emulator carries no more of them without standing still by itself.
  private static let beat = Duration.milliseconds(30 * interval)

  private static func number(of variable: String) -> Int? {
    getenv(variable).flatMap { Int(String(cString: $0)) }
  }

  /// A way of forwarding.
  struct Way: CustomTestStringConvertible {
    let name: String
    let client: String
    let address: String
    let keys: String
    var testDescription: String { name }
  }

  private nonisolated static let ways = [
    Way(name: "nat, sourceNAT: vip", client: "client", address: "10.0.0.250", keys: "sourceNAT: vip"),
    Way(name: "nat, sourceNAT: none", client: "far", address: "10.1.0.250", keys: "sourceNAT: none"),
    Way(name: "direct", client: "client", address: "10.0.0.250", keys: "forwarding: direct"),
    Way(name: "tunnel", client: "client", address: "10.0.0.250", keys: "forwarding: tunnel"),
  ]

  private static func configuration(_ way: Way, priority: Int) -> String {
    """
    services:
      - name: api
        address: \(way.address):6443
        \(way.keys)
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}
    virtualRouters:
      - name: v4
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: \(interval)ms
        addresses: [\(way.address)/32, 10.0.0.254/32]
    connectionSync: {interface: lan, id: 51}
    """
  }

  @Test("Ninety-nine of a hundred survive the power loss of the Active, and the way back", arguments: ways)
  func survival(_ way: Way) throws {
    let stage = try Stage([way.client, "director1", "director2", "server1", "server2"])
    for server in ["server1", "server2"] { try prepare(server, for: way, stage) }
    let crowd = try Crowd(
      way.client, to: "\(way.address):6443", servers: ["server1", "server2"], size: Self.size,
      every: Self.beat)
    try stage.start("director1", Self.configuration(way, priority: 150))
    try stage.wait("director1 holds the address") { try stage.holds("director1", way.address) }
    try stage.start("director2", Self.configuration(way, priority: 100))
    try stage.wait("all servers are in both tables") {
      try stage.serving("director1") == 2 && stage.serving("director2") == 2
    }
    stage.crowd = crowd
    try stage.wait("all are greeted", within: .seconds(120)) { crowd.greeted == Self.size }
    try stage.wait("director2 knows all", within: .seconds(120)) {
      try connections("director2", of: way) >= Self.size
    }
    let before = try stalls(of: crowd, stage) { stage.pump(within: .seconds(3)) }

    let loss = try stalls(of: crowd, stage) {
      try stage.onStage("switch", "ip link set director1 down")
      stage.kill("director1", SIGKILL)
      try stage.wait("director2 holds the address") { try stage.holds("director2", way.address) }
    }
    let there = survivors(of: crowd, stage)
    let endsThere = crowd.ends

    try loseMemory("director1", stage)
    try stage.onStage("switch", "ip link set director1 up")
    try stage.start("director1", Self.configuration(way, priority: 150))
    let back = try stalls(of: crowd, stage) {
      try stage.wait("director1 holds the address again", within: .seconds(180)) {
        try stage.holds("director1", way.address) && !stage.holds("director2", way.address)
      }
    }
    let andBack = survivors(of: crowd, stage)
    print(
      """
      \(way.name): of \(Self.size), \(there) survived the loss and \(andBack) the way back as well; \
      stall, median (worst): \(loss) by the loss, \(back) by the way back, \(before) without either; \
      ends: \(endsThere) there, \(crowd.ends) there and back
      """)
    let log = try ["director1", "director2"].map { "\($0):\n\(try stage.log($0))" }.joined()
    #expect(there * 100 >= Self.size * 99, "\(log)")
    #expect(andBack * 100 >= Self.size * 99, "\(log)")
    // Where words take long with nothing the matter, the emulator has too much to do, and its stalls are its own.
    let canTell = Self.interval <= 100 && before.worst < .milliseconds(200)
    if !canTell { print("\(way.name): the stall is not judged") }
    if canTell {
      #expect(loss.worst < .milliseconds(700), "\(log)")
      #expect(back.worst < .milliseconds(700), "\(log)")
    }
    try stage.close()
  }

  /// How long words were under way.
  private struct Stalls: CustomStringConvertible {
    let median: Duration
    let worst: Duration
    /// How many were longer than 700 ms.
    let late: Int
    var description: String {
      "\(Int(median / .milliseconds(1))) ms (\(Int(worst / .milliseconds(1))), \(late) above 700)"
    }
  }

  /// What those felt to whom the servers talk, while something happened and for three seconds more.
  private func stalls(of crowd: Crowd, _ stage: Stage, while something: () throws -> Void) throws -> Stalls {
    crowd.forget()
    try something()
    stage.pump(within: .seconds(3))
    let stalls = crowd.stalls
    return Stalls(
      median: stalls[stalls.count / 2], worst: stalls[stalls.count - 1],
      late: stalls.count { $0 > .milliseconds(700) })
  }

  /// How many answer.
  private func survivors(of crowd: Crowd, _ stage: Stage) -> Int {
    crowd.callTheRoll()
    let deadline = ContinuousClock.now + .seconds(20)
    while crowd.answered < Self.size, ContinuousClock.now < deadline {
      stage.pump(within: .milliseconds(500))
    }
    return crowd.answered
  }

  private func prepare(_ server: String, for way: Way, _ stage: Stage) throws {
    try stage.on(
      server,
      """
      ip route add 10.1.0.0/24 via 10.0.0.254
      sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
      """)
    switch way.name {
    case "direct", "tunnel":
      try stage.on(server, "ip address add \(way.address)/32 dev lo")
    default: break
    }
    guard way.name == "tunnel" else { return }
    try stage.on(
      server,
      """
      modprobe ipip; ip link set tunl0 up
      sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.tunl0.rp_filter=0
      """)
  }

  /// How many established connections a director knows.
  private func connections(_ host: String, of way: Way) throws -> Int {
    let text = try Lab.shell("ip netns exec \(host) grep -c ESTABLISHED /proc/net/ip_vs_conn_sync || :")
    return Int(text.dropLast()) ?? 0
  }

  /// A power loss leaves a host its own addresses and nothing else.
  private func loseMemory(_ host: String, _ stage: Stage) throws {
    try stage.on(
      host,
      "ipvsadm -C; conntrack -F 2>/dev/null; ip address flush dev lan scope global; nft flush ruleset")
    try Lab.shell(
      "ip -n \(host) address add 10.0.0.1/24 dev lan; ip -n \(host) address add 10.1.0.1/24 dev lan")
  }
}
