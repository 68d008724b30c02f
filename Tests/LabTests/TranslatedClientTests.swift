import Glibc
import TestSupport
import Testing

/// Clients that another host translates, as a node does with its pods, and the clients of that host itself.
@Suite("A client behind a NAT", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct TranslatedClientTests {
  private static let configuration = """
    services:
      - name: api
        address: 10.0.0.250:6443
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 3s, timeout: 3s, fall: 2, rise: 1}
    virtualRouters:
      - {name: v4, interface: lan, id: 51, priority: 150, addresses: [10.0.0.250/32]}
    connectionSync: {interface: lan, id: 51}
    """

  /// `pod` stands behind `client`, which lets nothing through that its connection tracking finds invalid, as many hosts do.
  private static let translation = """
    ip netns add pod
    ip -n client link add pod type veth peer name lan netns pod
    ip -n client address add 10.9.0.1/24 dev pod
    ip -n client link set pod up
    ip -n pod address add 10.9.0.2/24 dev lan
    ip -n pod link set lo up
    ip -n pod link set lan up
    ip -n pod route add default via 10.9.0.1
    ip netns exec client sysctl -qw net.ipv4.ip_forward=1
    ip netns exec client nft -f - <<END
    table ip translation {
      counter nudges { }
      chain nudged {
        type filter hook prerouting priority raw
        ip saddr 10.0.0.250 tcp ackseq 0x50494e54 counter name nudges
      }
      chain mine {
        type filter hook input priority filter
        ct state invalid drop
      }
      chain others {
        type filter hook forward priority filter
        ct state invalid drop
      }
      chain departure {
        type nat hook postrouting priority srcnat
        ip saddr 10.9.0.2 masquerade
      }
    }
    END
    """

  private func nudges(_ stage: Stage) throws -> Int {
    let counter = try stage.on("client", "nft list counter ip translation nudges")
    return try #require(
      counter.split(whereSeparator: \.isWhitespace).drop { $0 != "packets" }.dropFirst().first.flatMap {
        Int($0)
      })
  }

  @Test("keeps an idle connection, known to the director by its answers, and is reset if its server dies")
  func idle() throws {
    let stage = try Stage(["client", "director1", "server1", "server2"])
    for server in ["server1", "server2"] { try stage.listen(server, "0.0.0.0:6443") }
    try Lab.shell(Self.translation)
    try stage.start("director1", Self.configuration)
    try stage.wait("the service") {
      try stage.holds("director1", Stage.address) && stage.servers("director1") == 2
    }
    // One behind the host that translates, and one on it.
    let clients = try ["pod", "client"].map { try #require(try stage.connect($0, to: "10.0.0.250:6443")) }
    try stage.wait("two nudges each", within: .seconds(90)) { try nudges(stage) >= 4 }
    // Without an answer less and less time would be left to the connection.
    let connections = try stage.on("director1", "cat /proc/net/ip_vs_conn").split(separator: "\n").filter {
      $0.contains(" ESTABLISHED ")
    }
    #expect(connections.count == 2, "\(connections)")
    for line in connections { #expect(Int(line.split(separator: " ").last ?? "") ?? 0 > 880, "\(line)") }
    for client in clients { client.send("still there?\n") }
    #expect(stage.pump(until: { clients.allSatisfy { $0.lines == 2 } }, within: .seconds(5)))

    for client in clients {
      let server = try #require(client.name)
      try stage.cable(server, isPlugged: false)
      #expect(stage.pump(until: { client.end != nil }, within: .seconds(60)))
      #expect(client.end == .failed(ECONNRESET))
      try stage.cable(server, isPlugged: true)
      try stage.wait("it is back") { try stage.servers("director1") == 2 }
    }
    try stage.close()
  }
}
