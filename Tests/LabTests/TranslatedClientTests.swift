import Glibc
import TestSupport
import Testing

/// Clients that another host translates, as a node does with its pods.
@Suite("A client behind a NAT", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct TranslatedClientTests {
  private static let configuration = """
    services:
      - name: api
        address: 10.0.0.250:6443
        servers: [10.0.0.11]
        check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}
    virtualRouters:
      - {name: v4, interface: lan, id: 51, priority: 150, addresses: [10.0.0.250/32]}
    connectionSync: {interface: lan, id: 51}
    """

  /// `pod` stands behind `client`, which counts the bare SYNs of the service's address.
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
      chain arrival {
        type filter hook prerouting priority raw;
        ip saddr 10.0.0.250 tcp flags & (fin | syn | rst | ack) == syn counter name nudges
      }
      chain departure { type nat hook postrouting priority srcnat; ip saddr 10.9.0.2 masquerade; }
    }
    END
    """

  @Test("keeps an idle connection, although the host that translates does not know the director's bare SYN")
  func idle() throws {
    let stage = try Stage(["client", "director1", "server1"])
    try stage.listen("server1", "10.0.0.11:6443")
    try Lab.shell(Self.translation)
    try stage.start("director1", Self.configuration)
    try stage.wait("the service") {
      try stage.holds("director1", Stage.address) && stage.servers("director1") == 1
    }
    let client = try #require(try stage.connect("pod", to: "10.0.0.250:6443"))
    try stage.wait("two bare SYNs", within: .seconds(90)) {
      let counter = try stage.on("client", "nft list counter ip translation nudges")
      return try #require(
        counter.split(whereSeparator: \.isWhitespace).drop { $0 != "packets" }.dropFirst().first.flatMap {
          Int($0)
        }) >= 2
    }
    let connections = try stage.on("director1", "cat /proc/net/ip_vs_conn")
    #expect(connections.contains(" ESTABLISHED "), "\(connections)")
    client.send("still there?\n")
    #expect(stage.pump(until: { client.lines == 2 || client.end != nil }, within: .seconds(5)))
    #expect(client.end == nil)
    try stage.close()
  }
}
