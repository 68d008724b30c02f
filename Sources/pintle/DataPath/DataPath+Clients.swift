internal import Balancing
internal import Host
internal import IPVS
internal import Model
internal import NIOCore

/// The word to clients whose connection needs one: their server was deleted, or another director had it before.
extension DataPath {
  /// The clients that would wait for ever when changes are made that delete their server: to be asked for before.
  ///
  /// - Parameters:
  ///   - changes: the changes.
  ///   - table: Pintle's own services, as the kernel has them.
  ///   - others: the services that the kernel has beside.
  /// - Returns: their connections.
  func clients(
    losing changes: [TableChange], from table: () -> ForwardingTable, others: () -> Set<ServiceKey>
  ) -> [Connection] {
    let changes = changes.filter { needs.resets.contains($0.key) }
    // Only of a mark or port 0 it is open whose a connection is.
    let isOpen = changes.contains { $0.key.port ?? 0 == 0 }
    let lost = LostConnections(
      changes, from: isOpen ? table() : ForwardingTable(), others: isOpen ? others() : [])
    return lost.isEmpty ? [] : connectionsNow { lost.contains($0.transport, of: $0.service, to: $0.server) }
  }

  /// Tells the clients of servers that were just deleted: each is reset by its own next word.
  ///
  /// What they say goes to whoever has the address. Where that is the peer, it tells them itself when it finds out the
  /// same; if it is lost before, this director tells them as soon as the address is here.
  func reset(_ clients: [Connection]) {
    let others = held.elsewhere
    resetNow(clients.filter { !others.contains($0.service.address) }, because: .isDead)
    let lost = clients.filter { others.contains($0.service.address) }
    guard !lost.isEmpty, needs.sync != nil else { return }
    let again = Set(lost.map(\.path))
    let recent = lostClients.filter {
      .now() - $0.since < Self.remembrance && !again.contains($0.client.path)
    }
    lostClients = Array((recent + lost.map { ($0, since: .now()) }).suffix(Self.mostRemembered))
  }

  /// Tells the clients that were lost while the peer had the addresses that are here now.
  func resetLostClients() {
    let settled = held.settled(at: .now)
    let due = lostClients.filter { settled.contains($0.client.service.address) }
    lostClients.removeAll { settled.contains($0.client.service.address) }
    let recent = due.filter { .now() - $0.since < Self.remembrance }
    resetNow(recent.map(\.client), because: .diedElsewhere)
  }

  /// How long clients are remembered that the peer is to tell: it finds a dead server within minutes, and each of its
  /// connections ends by itself within a quarter of an hour.
  private static let remembrance = TimeAmount.minutes(15)
  /// How many of them are remembered, the last ones.
  private static let mostRemembered = 20_000

  private func resetNow(_ clients: [Connection], because loss: DaemonEvent.ClientLoss) {
    let byServer = Dictionary(grouping: clients, by: \.server)
    for (server, clients) in byServer.sorted(by: { $0.key < $1.key }) {
      log.report(.clientsReset(clients.count, of: server, loss))
    }
    if clients.isEmpty { return }
    // For a time after a takeover what they say is dropped.
    let arriving = Set(rules.arrivals.map(\.address))
    let isTooSoon = clients.contains { arriving.contains($0.service.address) }
    nudger.nudge(clients, after: isTooSoon ? Self.settling + Self.deletion : Self.deletion)
  }

  /// How long the kernel takes to forget the connections of a server that was deleted: a clock tick, and some.
  private static let deletion = TimeAmount.milliseconds(10)

  /// Tells the clients of what came here with its addresses and has a source NAT: each one's next word rebuilds it on
  /// this director, or, where it cannot go on here, ends it.
  func tell(clientsOf addresses: Set<IPAddress>) {
    guard !needs.rules.services.isEmpty else { return }
    var told: Set<PacketFilterRules.Path> = []
    var nudged = 0
    let tellNew = { [self] (found: [Connection], known: Set<PacketFilterRules.Path>) in
      let clients = found.filter { addresses.contains($0.service.address) && !told.contains($0.path) }
      if isStopped || clients.isEmpty { return }
      defer { told.formUnion(clients.map(\.path)) }
      let (ofThisHost, others) = split(clients)
      // First: the rule that they need is there for a moment only.
      resetClients(ofThisHost.prefix(max(0, Self.mostUntracked - untracked.count)))
      if others.isEmpty { return }
      nudged += others.count
      // Those on which somebody talked last come first: their servers wait for an acknowledgement, ever more patiently.
      let sorted = others.sorted { $0.expires > $1.expires }
      nudger.nudge(sorted.filter { !known.contains($0.path) }, after: .zero)
      let rest = sorted.filter { known.contains($0.path) }
      if !rest.isEmpty { nudger.nudge(rest, after: Self.afterTheRush) }
    }
    let isTheirs = { @Sendable [needs] (connection: Connection) in
      addresses.contains(connection.service.address) && needs.isTranslated(connection)
    }
    let none = loop.makeSucceededFuture(Foresight()).assumeIsolated()
    (foreseen ?? none).whenSuccess { [self] foresight in
      tellNew(foresight.clients, foresight.known)
      connections(where: isTheirs, found: { tellNew($0, []) }).whenSuccess { [log] _ in
        if nudged > 0 { log.report(.clientsNudged(nudged)) }
      }
    }
  }

  /// The peer's connections whose server is this host itself, and the others.
  func split(_ clients: [Connection]) -> (ofThisHost: [Connection], others: [Connection]) {
    let own = needs.ownServers
    if own.isEmpty { return ([], clients) }
    let grouped = Dictionary(grouping: clients) { client in
      client.isSynced
        && (own.contains(client.server) || own.contains(Endpoint(client.server.address, port: 0)))
    }
    return (grouped[true] ?? [], grouped[false] ?? [])
  }

  /// How long the packets of clients pass by the connection tracking: until both words to them have had their answer.
  ///
  /// By then nobody has used a port of theirs for another connection.
  private static let untrackedTime = TimeAmount.seconds(2)
  /// Of how many clients at once: the packet filter is to be written in a moment, and all are to be told in that time.
  private static let mostUntracked = 10_000

  /// Resets the clients of a server that is this host itself: its socket knows another client than the kernel would bring
  /// to it now.
  ///
  /// The kernel drops what is tracked and comes on such a connection (`ip_vs_nat_xmit`), so that the client would hear
  /// nothing. Untracked, it gets to this host's own TCP, which resets it.
  private func resetClients(_ clients: some Collection<Connection>) {
    if clients.isEmpty { return }
    for (server, clients) in Dictionary(grouping: clients, by: \.server).sorted(by: { $0.key < $1.key }) {
      log.report(.clientsReset(clients.count, of: server, .isThisHost))
    }
    let until = NIODeadline.now() + Self.untrackedTime
    for client in clients {
      untracked[client.path] = until
    }
    applyRules()
    nudger.nudge(Array(clients), after: .zero)
    loop.assumeIsolated().scheduleTask(deadline: until) { [weak self] in
      guard let self, !isStopped else { return }
      untracked = untracked.filter { $0.value > until }
      applyRules()
    }
  }
}

extension Connection {
  /// Its client's way.
  var path: PacketFilterRules.Path { PacketFilterRules.Path(from: client, to: service) }

  /// Whether it may be of a service.
  func isOf(service key: ServiceKey) -> Bool {
    switch key {
    case .endpoint(let transport, let endpoint):
      transport == self.transport && endpoint.address == service.address
        && (endpoint.port == service.port || endpoint.port == 0)
    // The kernel does not say which mark a connection had.
    case .firewallMark(_, let family): family == service.address.family
    }
  }
}
