import Host
import Model
import Testing

@Suite("The packet filter's rules")
struct PacketFilterRulesTests {
  private func service(
    _ address: String, _ servers: [String], _ source: PacketFilterRules.Source = .service,
    _ transport: TransportProtocol = .tcp
  ) throws -> PacketFilterRules.SourceNAT {
    PacketFilterRules.SourceNAT(
      .endpoint(transport, try #require(Endpoint(address))),
      servers: try servers.map { try #require(Endpoint($0)) },
      source: source)
  }

  @Test("Nothing to do is no table: one transaction removes what is there, and does not mind if nothing is")
  func empty() {
    #expect(PacketFilterRules().isEmpty)
    #expect(PacketFilterRules().transaction == "add table inet pintle\ndelete table inet pintle")
  }

  @Test("A table takes the place of the one before in one transaction")
  func replacement() throws {
    let rules = PacketFilterRules(
      [
        try service("[fd00::250]:6443", ["[fd00::12]:6443", "[fd00::11]:6443"]),
        try service("10.0.0.250:6443", ["10.0.0.11:6443", "10.0.0.12:7443"]),
      ],
      passing: .init(to: [try address("10.0.0.250"), try address("fd00::250")], from: ["eth1", "eth0"]),
      sparesNudges: true)
    #expect(
      rules.transaction == """
        add table inet pintle
        delete table inet pintle
        table inet pintle {
          chain nudge {
            type filter hook output priority raw; policy accept;
            tcp flags & (fin | syn | rst | ack) == (syn | ack) tcp ackseq 1346981460 tcp window 1 notrack
          }
          chain echoes {
            type filter hook prerouting priority raw; policy accept;
            tcp flags & (fin | syn | rst | ack) == rst tcp sequence 1346981460 drop
          }
          chain passing {
            type filter hook prerouting priority raw; policy accept;
            iifname { "eth0", "eth1" } ip daddr { 10.0.0.250 } fib daddr type != local notrack
            iifname { "eth0", "eth1" } ip6 daddr { fd00::250 } fib daddr type != local notrack
          }
          chain source_nat {
            type nat hook postrouting priority srcnat; policy accept;
            meta l4proto tcp ct original ip daddr 10.0.0.250 ct original proto-dst 6443 ip daddr { 10.0.0.11, 10.0.0.12 } fib saddr type local oifname "lo" accept
            meta l4proto tcp ct original ip daddr 10.0.0.250 ct original proto-dst 6443 ip daddr { 10.0.0.11, 10.0.0.12 } fib saddr type local masquerade
            meta l4proto tcp ct original ip daddr 10.0.0.250 ct original proto-dst 6443 ip daddr { 10.0.0.11, 10.0.0.12 } snat ip to 10.0.0.250
            meta l4proto tcp ct original ip6 daddr fd00::250 ct original proto-dst 6443 ip6 daddr { fd00::11, fd00::12 } fib saddr type local oifname "lo" accept
            meta l4proto tcp ct original ip6 daddr fd00::250 ct original proto-dst 6443 ip6 daddr { fd00::11, fd00::12 } fib saddr type local masquerade
            meta l4proto tcp ct original ip6 daddr fd00::250 ct original proto-dst 6443 ip6 daddr { fd00::11, fd00::12 } snat ip6 to fd00::250
          }
          chain strays {
            type filter hook input priority filter; policy accept;
            ip daddr 10.0.0.250 ip saddr . tcp sport { 10.0.0.11 . 6443, 10.0.0.12 . 7443 } ct state invalid,new,untracked drop
            ip6 daddr fd00::250 ip6 saddr . tcp sport { fd00::11 . 6443, fd00::12 . 6443 } ct state invalid,new,untracked drop
          }
        }
        """)
  }

  @Test("Who speaks on a connection that nobody knows is noted, where it is asked for")
  func strangers() throws {
    let noted = try ["10.0.0.250:6443", "[fd00::250]:6443", "10.0.0.250:0"].map {
      try #require(Endpoint($0))
    }
    let rules = PacketFilterRules(
      [
        try service("[fd00::250]:6443", ["[fd00::11]:6443"]),
        try service("10.0.0.250:6443", ["10.0.0.11:6443"]),
        try service("10.0.0.250:7443", ["10.0.0.11:7443"]),
        try service("10.0.0.250:0", ["10.0.0.12:0"]),
      ], noted: Set(noted))
    let lines = rules.transaction.split(separator: "\n").map { $0.drop { $0 == " " } }
    let sets = lines.drop { !$0.hasPrefix("set strangers") }.prefix { !$0.hasPrefix("chain") }
    #expect(
      sets == [
        "set strangers {", "type ipv4_addr . inet_service . ipv4_addr . inet_service", "size 256",
        "flags dynamic,timeout", "timeout 1m", "}",
        "set strangers6 {", "type ipv6_addr . inet_service . ipv6_addr . inet_service", "size 256",
        "flags dynamic,timeout", "timeout 1m", "}",
      ])
    #expect(
      lines.filter { $0.contains("update") } == [
        "ip daddr 10.0.0.250 ip saddr . tcp sport { 10.0.0.11 . 6443 } ct state invalid,new,untracked "
          + "update @strangers { ip saddr . tcp sport . ip daddr . tcp dport }",
        "ip6 daddr fd00::250 ip6 saddr . tcp sport { fd00::11 . 6443 } ct state invalid,new,untracked "
          + "update @strangers6 { ip6 saddr . tcp sport . ip6 daddr . tcp dport }",
      ])
    // Each of them is dropped as well.
    #expect(lines.filter { $0.contains("untracked drop") }.count == 5)
  }

  @Test(
    "Those that were noted are read as nft lists them",
    arguments: [
      ("", 0), ("table inet pintle {\n\tset strangers {\n\t\ttype ipv4_addr\n\t}\n}", 0),
      ("elements = { 10.0.0.11 . 6443 . 10.0.0.250 . 51242 }", 1),
      (
        "\t\telements = { 10.0.0.11 . 6443 . 10.0.0.250 . 51242,\n\t\t\t     10.0.0.11 . 6443 . 10.0.0.250 . 7 timeout 2m expires 59s }\n",
        2
      ), ("elements = { fd00::11 . 6443 . fd00::250 . 65535 }", 1),
      ("elements = { 10.0.0.11 . 6443 . 10.0.0.250 . 65536, x . y . z . 1, 10.0.0.11, }", 0),
    ])
  func listed(_ listing: String, _ count: Int) throws {
    let strangers = PacketFilterRules.Stranger.all(in: listing)
    #expect(strangers.count == count)
    #expect(strangers.allSatisfy { $0.server.port == 6443 && $0.port != 6443 })
  }

  @Test("A masqueraded service has no strays: its source does not move to another director")
  func masquerade() throws {
    let rules = PacketFilterRules([try service("10.0.0.250:53", ["10.0.0.11:53"], .interface, .udp)])
    #expect(
      rules.transaction.contains(
        "meta l4proto udp ct original ip daddr 10.0.0.250 ct original proto-dst 53 ip daddr { 10.0.0.11 } masquerade"
      ))
    #expect(!rules.transaction.contains("strays"))
    #expect(!rules.transaction.contains("nudge"))
  }

  @Test("Segments of no connection are dropped where the peer's word may be on its way, behind IPVS")
  func arrivals() throws {
    let rules = PacketFilterRules(
      arrivals: [
        try #require(Endpoint("[fd00::250]:6443")), try #require(Endpoint("10.0.0.250:6443")),
        try #require(Endpoint("10.0.0.251:0")),
      ])
    #expect(!rules.isEmpty)
    #expect(
      rules.transaction == """
        add table inet pintle
        delete table inet pintle
        table inet pintle {
          chain arrivals {
            type filter hook input priority 150; policy accept;
            ip daddr 10.0.0.250 tcp dport 6443 tcp flags & (syn | rst) == 0x0 drop
            ip daddr 10.0.0.251 tcp flags & (syn | rst) == 0x0 drop
            ip6 daddr fd00::250 tcp dport 6443 tcp flags & (syn | rst) == 0x0 drop
          }
        }
        """)
  }

  @Test("A service of every port names none, and one of a mark is told by it")
  func withoutPort() throws {
    let all = try service("10.0.0.250:0", ["10.0.0.11:0"], .interface).servers
    let rules = PacketFilterRules([
      try service("10.0.0.250:0", ["10.0.0.11:0"], .interface),
      .init(.firewallMark(7, .ipv4), servers: all, source: .interface),
    ])
    #expect(!rules.transaction.contains("proto-dst"))
    #expect(rules.transaction.contains("meta mark 7 ip daddr { 10.0.0.11 } masquerade"))
    // Its servers send from every port, and begin connections to it from any.
    let translated = PacketFilterRules([try service("10.0.0.250:0", ["10.0.0.11:0"], .service)])
    #expect(
      translated.transaction.contains(
        """
          chain strays {
            type filter hook input priority filter; policy accept;
            ip daddr 10.0.0.250 ip saddr { 10.0.0.11 } tcp flags & (syn | ack) == (syn | ack) ct state invalid,new,untracked drop
          }
          chain arrivals {
            type filter hook input priority 150; policy accept;
            ip daddr 10.0.0.250 ip saddr { 10.0.0.11 } tcp flags & syn == 0x0 ct state invalid,new,untracked drop
          }
        """), "\(translated.transaction)")
  }

  @Test("Connections whose clients are to be reset pass by the connection tracking, one family a rule")
  func untracked() throws {
    func path(_ client: String, _ service: String) throws -> PacketFilterRules.Path {
      .init(from: try #require(Endpoint(client)), to: try #require(Endpoint(service)))
    }
    let rules = PacketFilterRules(untracked: [
      try path("10.0.0.100:40002", "10.0.0.250:6443"), try path("10.0.0.100:40001", "10.0.0.250:6443"),
      try path("[fd00::100]:40001", "[fd00::250]:6443"),
    ])
    #expect(!rules.isEmpty)
    for rule in [
      "ip saddr . tcp sport . ip daddr . tcp dport "
        + "{ 10.0.0.100 . 40001 . 10.0.0.250 . 6443, 10.0.0.100 . 40002 . 10.0.0.250 . 6443 } notrack",
      "ip6 saddr . tcp sport . ip6 daddr . tcp dport { fd00::100 . 40001 . fd00::250 . 6443 } notrack",
    ] {
      #expect(rules.transaction.contains(rule), "\(rules.transaction)")
    }
  }

  @Test("What passes by is told by interfaces whose names are no patterns, and without any there is no rule")
  func passing() throws {
    let services = [try service("10.0.0.250:6443", ["10.0.0.11:6443"], .service)]
    let odd = PacketFilterRules(
      services, passing: .init(to: [try address("10.0.0.250")], from: ["eth*", "a\"b", "c\\", "lan.7"]))
    #expect(odd.transaction.contains("iifname { \"lan.7\" } ip daddr { 10.0.0.250 } fib"))
    for passing in [
      PacketFilterRules.Passing(to: [try address("10.0.0.250")], from: ["eth*"]),
      .init(to: [], from: ["eth0"]),
    ] {
      #expect(!PacketFilterRules(services, passing: passing).transaction.contains("passing"))
    }
  }

  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
}
