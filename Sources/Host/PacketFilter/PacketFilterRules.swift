package import Model

/// What the packet filter does for the services: one table of our own, in the language of nft(8).
package struct PacketFilterRules: Hashable, Sendable {
  /// The table, of the family `inet`.
  package static let table = "pintle"

  /// Whose address a server sees as its client's.
  package enum Source: Hashable, Sendable {
    /// The service's own, which goes from director to director.
    case service
    /// That of the interface that the packet leaves by.
    case interface
  }

  /// A service whose packets get another source address on their way to the servers.
  package struct SourceNAT: Hashable, Sendable {
    /// The service.
    package var key: ServiceKey
    /// The servers that are reached by NAT.
    package var servers: [Endpoint]
    /// The source that they see.
    package var source: Source

    /// Joins the parts.
    package init(_ key: ServiceKey, servers: [Endpoint], source: Source) {
      self.key = key
      self.servers = servers
      self.source = source
    }
  }

  /// What only passes by this host while the peer has an address, since a neighbour has not heard of it yet.
  package struct Passing: Hashable, Sendable {
    /// The addresses of translated services that float.
    package var addresses: Set<IPAddress>
    /// The interfaces on which neighbours may know this host by them, by name.
    package var interfaces: Set<String>

    /// Joins the two.
    package init(to addresses: Set<IPAddress>, from interfaces: Set<String>) {
      self.addresses = addresses
      self.interfaces = interfaces
    }
  }

  /// A TCP connection as its client's packets show it.
  package struct Path: Hashable, Sendable {
    /// Where they come from.
    package var client: Endpoint
    /// Where they go to.
    package var service: Endpoint

    /// Joins the two.
    package init(from client: Endpoint, to service: Endpoint) {
      self.client = client
      self.service = service
    }
  }

  /// The services, in any order.
  package var services: [SourceNAT]
  /// What of them passes by on its way to the peer.
  package var passing: Passing
  /// Whether nudges are sent, which must pass by the connection tracking.
  package var sparesNudges: Bool
  /// The TCP services of which a segment that belongs to no known connection is dropped, not reset.
  package var arrivals: Set<Endpoint>
  /// The services whose servers may speak on connections that nobody knows, which is noted.
  package var noted: Set<Endpoint>
  /// The connections whose clients' packets pass by the connection tracking.
  package var untracked: Set<Path>

  /// Joins the parts.
  package init(
    _ services: [SourceNAT] = [], passing: Passing = Passing(to: [], from: []), sparesNudges: Bool = false,
    arrivals: Set<Endpoint> = [], noted: Set<Endpoint> = [], untracked: Set<Path> = []
  ) {
    self.services = services.filter { !$0.servers.isEmpty }
    self.passing = passing
    self.sparesNudges = sparesNudges
    self.arrivals = arrivals
    self.noted = noted
    self.untracked = untracked
  }

  /// Whether there is nothing to do: no table then.
  package var isEmpty: Bool {
    services.isEmpty && !sparesNudges && arrivals.isEmpty && untracked.isEmpty
  }

  /// One transaction that puts the table in the place of what was called so, or removes it where ``isEmpty``.
  package var transaction: String {
    var lines = ["add table inet \(Self.table)", "delete table inet \(Self.table)"]
    guard !isEmpty else { return lines.joined(separator: "\n") }
    let services = services.sorted { $0.key < $1.key }
    lines.append("table inet \(Self.table) {")
    for family in AddressFamily.allCases where noted.contains(where: { $0.address.family == family }) {
      lines += Stranger.declaration(family)
    }
    if sparesNudges {
      lines += chain(
        "nudge", "type filter hook output priority raw; policy accept;",
        [
          "tcp flags & (fin | syn | rst | ack) == (syn | ack) tcp ackseq \(Nudge.acknowledgement) "
            + "tcp window \(Nudge.window) notrack"
        ])
      // A host that translates and has forgotten the connection answers in its client's place, and so does a client whose new
      // connection has the port of an old one: by this reset IPVS would take the connection for closed.
      lines += chain(
        "echoes", "type filter hook prerouting priority raw; policy accept;",
        ["tcp flags & (fin | syn | rst | ack) == rst tcp sequence \(Nudge.acknowledgement) drop"])
    }
    let passing = AddressFamily.allCases.compactMap(passingRule)
    if !passing.isEmpty {
      lines += chain("passing", "type filter hook prerouting priority raw; policy accept;", passing)
    }
    if !untracked.isEmpty {
      lines += chain(
        "untracked", "type filter hook prerouting priority raw; policy accept;",
        AddressFamily.allCases.compactMap(untrackedRule))
    }
    if !services.isEmpty {
      lines += chain(
        "source_nat", "type nat hook postrouting priority srcnat; policy accept;",
        services.flatMap(\.translations))
    }
    let strays = services.flatMap { $0.strays(noted: noted) }
    if !strays.isEmpty {
      lines += chain("strays", "type filter hook input priority filter; policy accept;", strays)
    }
    // After IPVS, which is at 98: what it knows does not get here.
    let late =
      services.compactMap(\.lateStrays)
      + arrivals.sorted().map { endpoint in
        let family = endpoint.address.family == .ipv4 ? "ip" : "ip6"
        // Port 0 is every port.
        let port = endpoint.port == 0 ? "" : " tcp dport \(endpoint.port)"
        return "\(family) daddr \(endpoint.address)\(port) tcp flags & (syn | rst) == 0x0 drop"
      }
    if !late.isEmpty {
      lines += chain("arrivals", "type filter hook input priority 150; policy accept;", late)
    }
    lines.append("}")
    return lines.joined(separator: "\n")
  }

  /// The rule for what only passes by.
  ///
  /// Tracked, it would be confirmed as it is, and never be translated when the address is here: its server would answer
  /// the client itself, and the client wait in vain. What comes from elsewhere, as from containers of this host, is tracked:
  /// somebody else may translate it.
  private func passingRule(of family: AddressFamily) -> String? {
    let addresses = passing.addresses.filter { $0.family == family }
    // In a name nft takes these for something else.
    let interfaces = passing.interfaces.filter { name in !name.contains { "\"*\\".contains($0) } }
    if addresses.isEmpty || interfaces.isEmpty { return nil }
    let names = interfaces.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    let list = addresses.sorted().map(\.description).joined(separator: ", ")
    return
      "iifname { \(names) } \(family == .ipv4 ? "ip" : "ip6") daddr { \(list) } fib daddr type != local notrack"
  }

  private func untrackedRule(of family: AddressFamily) -> String? {
    let paths = untracked.filter { $0.service.address.family == family }
    if paths.isEmpty { return nil }
    let word = family == .ipv4 ? "ip" : "ip6"
    let elements = paths.map {
      "\($0.client.address) . \($0.client.port) . \($0.service.address) . \($0.service.port)"
    }
    return "\(word) saddr . tcp sport . \(word) daddr . tcp dport { "
      + elements.sorted().joined(separator: ", ") + " } notrack"
  }

  private func chain(_ name: String, _ hook: String, _ rules: [String]) -> [String] {
    ["  chain \(name) {", "    \(hook)"] + rules.map { "    \($0)" } + ["  }"]
  }
}

extension PacketFilterRules.SourceNAT {
  private var protocolWord: String { key.family == .ipv4 ? "ip" : "ip6" }

  /// A set of addresses: those of the servers.
  private var addresses: String {
    "{ \(Set(servers.map(\.address)).sorted().map(\.description).joined(separator: ", ")) }"
  }

  /// The rules that translate the source.
  ///
  /// IPVS leaves the connection tracking's original direction as the client made it. Its packets are told from those of
  /// the same service that go to a server by another way than NAT by their destination, which is rewritten already.
  ///
  /// What this host's own processes send gets the address of the interface that it leaves by. On the Backup a reply to the
  /// service's address would go to the Active; and the Backup as a server, whose kernel knows the Active's connections, would
  /// take its own replies to the service's address for those of IPVS.
  fileprivate var translations: [String] {
    let servers = "\(protocolWord) daddr \(addresses)"
    switch key {
    case .endpoint(let transport, let endpoint):
      var rule = "meta l4proto \(transport) ct original \(protocolWord) daddr \(endpoint.address)"
      // Port 0 is every port.
      if endpoint.port != 0 { rule += " ct original proto-dst \(endpoint.port)" }
      rule += " \(servers)"
      switch source {
      case .service:
        let own = "\(rule) fib saddr type local"
        return [
          "\(own) oifname \"lo\" accept", "\(own) masquerade",
          "\(rule) snat \(protocolWord) to \(endpoint.address)",
        ]
      case .interface: return ["\(rule) masquerade"]
      }
    case .firewallMark(let mark, _):
      return ["meta mark \(mark) \(servers) masquerade"]
    }
  }

  /// The rules against packets of servers that no connection of this director explains; none where there can be none.
  ///
  /// After a takeover a server goes on sending to the service's address before its client has said a word. The
  /// director's own TCP would reset it; dropped, it sends again, and by then the client was nudged. Replies that the
  /// director awaits, those to its own processes among them, belong to a connection that is known.
  ///
  /// - Parameter noted: the services of which it is noted who spoke.
  /// - Returns: the rules, in their order.
  fileprivate func strays(noted: Set<Endpoint>) -> [String] {
    guard case .endpoint(.tcp, let endpoint) = key, source == .service else { return [] }
    // A service on every port has servers on every port, which may be its clients as well. IPVS takes any SYN for the
    // beginning of a connection.
    let senders =
      endpoint.port == 0
      ? "\(protocolWord) saddr \(addresses) tcp flags & (syn | ack) == (syn | ack)"
      : "\(protocolWord) saddr . tcp sport { "
        + Set(servers).sorted().map { "\($0.address) . \($0.port)" }.joined(separator: ", ") + " }"
    let stray = "\(protocolWord) daddr \(endpoint.address) \(senders) ct state invalid,new,untracked"
    guard endpoint.port != 0, noted.contains(endpoint) else { return [stray + " drop"] }
    let path = "\(protocolWord) saddr . tcp sport . \(protocolWord) daddr . tcp dport"
    // Two rules: where the set is full, the first one ends there.
    return [
      "\(stray) update @\(PacketFilterRules.Stranger.set(key.family)) { \(path) }", stray + " drop",
    ]
  }

  /// The same behind IPVS, for a service on every port: what its servers say as clients is of connections that IPVS knows.
  fileprivate var lateStrays: String? {
    guard case .endpoint(.tcp, let endpoint) = key, source == .service, endpoint.port == 0 else { return nil }
    return "\(protocolWord) daddr \(endpoint.address) \(protocolWord) saddr \(addresses) "
      + "tcp flags & syn == 0x0 ct state invalid,new,untracked drop"
  }
}
