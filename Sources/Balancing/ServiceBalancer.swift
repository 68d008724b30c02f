package import Model

/// One virtual service: folds the health of its servers, the operator's wishes and time into what the kernel's table
/// should say of it.
package struct ServiceBalancer: Sendable {
  /// What it was told of the service.
  package private(set) var settings: ServiceSettings
  /// Its servers: the configured ones, and those that have not left yet.
  package internal(set) var servers: [Endpoint: BalancedServer]
  /// Whether enough servers are in service; as long as nothing is known, enough may be: an address is not given up for
  /// what no check has said.
  package private(set) var hasQuorum: Bool
  /// Whether the configuration has the service no more; it is done once no server is left.
  package private(set) var isRetired = false

  /// Whether the peer tells of its connections to the servers: those that are out are in the table, with weight 0.
  ///
  /// The kernel binds a connection that it hears of to its server if it has that one, and goes on without where it has not
  /// (`ip_vs_proc_conn`): such a connection does not end when its server is deleted.
  package private(set) var isListening = false

  /// The time of the latest change.
  var now: Instant
  /// Those that were in service when there last were any.
  private(set) var lastServing: Set<Endpoint>
  /// Whether no server is in service.
  private(set) var isOut: Bool
  /// Whether that was told: at a start it is not until every server is known.
  private var isToldOut = false

  /// Starts from what the kernel has.
  ///
  /// Its servers in service stay until they fail; others wait for their first success; those that nobody asked for
  /// leave.
  ///
  /// - Parameters:
  ///   - settings: what is known of the service.
  ///   - existing: what the kernel has of it; nil: nothing.
  ///   - maintenance: the servers that the operator took out earlier.
  ///   - now: the time.
  package init(
    _ settings: ServiceSettings, adopting existing: ForwardingTable.Entry?,
    maintenance: Set<Endpoint> = [], at now: Instant
  ) {
    self.settings = settings
    self.now = now
    var servers: [Endpoint: BalancedServer] = [:]
    for server in settings.servers {
      let held = existing?.servers[server.endpoint]
      var balanced = BalancedServer(
        server, origin: held.map { $0.weight > 0 ? .serving : .silenced } ?? .absent)
      if let held, held.weight > 0, settings.hasDynamicWeight { balanced.checkWeight = held.weight }
      balanced.isInMaintenance = maintenance.contains(server.endpoint)
      balanced.settle(wasPlaced: held != nil, ramps: false, drainFor: settings.drain, at: now)
      servers[server.endpoint] = balanced
    }
    let serving = servers.values.filter(\.takesConnections)
    isOut = serving.isEmpty
    let fallback = isOut ? settings.fallback?.endpoint : nil
    for server in existing?.servers.values ?? [:].values
    where servers[server.endpoint] == nil && server.endpoint != fallback && settings.drain > .zero {
      servers[server.endpoint] = .leaving(server, until: now.advanced(by: settings.drain))
    }
    lastServing = Set(serving.map(\.server.endpoint))
    hasQuorum = servers.values.count { $0.takesConnections || $0.isUnknown } >= settings.quorum
    self.servers = servers
  }

  // MARK: - What happens

  /// Takes in the result of a server's check; one that is not of this service changes nothing.
  ///
  /// - Parameters:
  ///   - result: what the check found.
  ///   - weight: the weight that it asks for; nil: the configured one.
  ///   - server: the server.
  ///   - now: the time.
  /// - Returns: what changed.
  package mutating func record(
    _ result: ProbeResult, weight: UInt32? = nil, of server: Endpoint, at now: Instant
  ) -> [ServiceEvent] {
    let (rise, fall) = (settings.rise, settings.fall)
    guard servers[server]?.isRemoved == false else { return [] }
    return change(server, at: now) { balanced in
      if result == .healthy { balanced.checkWeight = weight }
      return balanced.health.record(result, rise: rise, fall: fall).map { .server(server, $0) }
    }
  }

  /// Takes a server out for the operator, or gives it back; one that is not of this service changes nothing.
  package mutating func setMaintenance(
    _ isInMaintenance: Bool, of server: Endpoint, at now: Instant
  ) -> [ServiceEvent] {
    guard let balanced = servers[server], !balanced.isRemoved, balanced.isInMaintenance != isInMaintenance
    else { return [] }
    return change(server, at: now) { balanced in
      balanced.isInMaintenance = isInMaintenance
      return [isInMaintenance ? .maintenanceBegan(server) : .maintenanceEnded(server)]
    }
  }

  /// Takes in how many connections the kernel counts of each server: one that leaves and has none is gone.
  package mutating func observe(_ connections: [Endpoint: UInt32], at now: Instant) -> [ServiceEvent] {
    self.now = now
    return endDrains(.noConnections) { server, _ in (connections[server] ?? 0) == 0 }
  }

  /// Lets time pass: one that leaves and has none left is gone.
  package mutating func advance(to now: Instant) -> [ServiceEvent] {
    self.now = now
    return endDrains(.deadline) { $1 <= now }
  }

  /// Takes in whether the peer tells of its connections to the servers.
  ///
  /// When it does no more, the dead ones leave the table. Of the others the peer may have known better: they keep the
  /// connections that came, without new ones, for as long as any other server that is there.
  package mutating func listen(_ isTold: Bool, at now: Instant) {
    self.now = now
    let wasListening = isListening
    isListening = isTold
    guard wasListening, !isTold, !isRetired else { return }
    for (endpoint, balanced) in servers where !balanced.isDead {
      guard balanced.weight(at: now, slowStart: settings.slowStart) == nil else { continue }
      servers[endpoint]?.stay(drainFor: settings.drain, at: now)
    }
  }

  /// When it wants to hear ``advance(to:)``, after which ``entry`` may be another; nil: not.
  package var deadline: Instant? {
    servers.values.compactMap { $0.deadline(at: now, slowStart: settings.slowStart) }.min()
  }

  /// Whether nothing of a retired service is left.
  package var isGone: Bool { isRetired && servers.isEmpty }

  // MARK: - What is configured

  /// Takes over other settings; what they don't change stays: the servers' health above all.
  ///
  /// - Parameters:
  ///   - settings: the other settings.
  ///   - isAnotherCheck: whether the servers are asked in another way from now on.
  ///   - maintenance: the servers that the operator took out, those among them that come back to the service.
  ///   - now: the time.
  /// - Returns: what changed.
  package mutating func reconfigure(
    _ settings: ServiceSettings, isAnotherCheck: Bool, maintenance: Set<Endpoint> = [], at now: Instant
  ) -> [ServiceEvent] {
    self.now = now
    let former = self.settings
    var events: [ServiceEvent] = []
    // While it takes the place of all, the former fallback serves: it must not fall silent in between.
    let substitute = isOut ? former.fallback : nil
    self.settings = settings
    isRetired = false
    for server in settings.servers {
      var balanced =
        servers[server.endpoint]
        ?? newcomer(
          server, substitute: substitute, isInMaintenance: maintenance.contains(server.endpoint))
      if balanced.isRemoved {
        events.append(.returned(server.endpoint))
        // The operator may have changed his mind meanwhile.
        balanced.isInMaintenance = maintenance.contains(server.endpoint)
      }
      balanced.server = server
      balanced.isRemoved = false
      if isAnotherCheck { balanced.health.beginAnew() }
      balanced.settle(wasPlaced: true, ramps: false, drainFor: settings.drain, at: now)
      servers[server.endpoint] = balanced
    }
    if let substitute, substitute.endpoint != settings.fallback?.endpoint { leave(substitute) }
    let configured = Set(settings.servers.map(\.endpoint))
    let removed = servers.filter { !configured.contains($0.key) && !$0.value.isRemoved }.keys
    return events + remove(removed.sorted()) + assess()
  }

  /// The configuration has the service no more: its servers leave, and then it is done.
  package mutating func retire(at now: Instant) -> [ServiceEvent] {
    self.now = now
    isRetired = true
    if isOut, let fallback = settings.fallback { leave(fallback) }
    settings.servers = []
    return remove(servers.filter { !$0.value.isRemoved }.keys.sorted())
  }

  private func newcomer(
    _ server: RealServer, substitute: RealServer?, isInMaintenance: Bool
  ) -> BalancedServer {
    var balanced = BalancedServer(
      server, origin: server.endpoint == substitute?.endpoint ? .serving : .absent)
    balanced.isNewcomer = true
    balanced.isInMaintenance = isInMaintenance
    // It has no connections to keep.
    if isInMaintenance { balanced.drain = .over }
    return balanced
  }

  private mutating func remove(_ endpoints: [Endpoint]) -> [ServiceEvent] {
    for endpoint in endpoints {
      guard var balanced = servers[endpoint] else { continue }
      // Only for the peer's connections, but it was.
      if isListening, !balanced.isDead { balanced.health.wasPlaced() }
      let wasPlaced = balanced.weight(at: now, slowStart: settings.slowStart) != nil
      balanced.isRemoved = true
      balanced.settle(wasPlaced: wasPlaced, ramps: false, drainFor: settings.drain, at: now)
      servers[endpoint] = balanced.drain == .over ? nil : balanced
    }
    return endpoints.map(ServiceEvent.removed)
  }

  /// Has a server that is none of the configured ones keep its connections for a time.
  private mutating func leave(_ server: RealServer) {
    guard servers[server.endpoint] == nil, settings.drain > .zero else { return }
    servers[server.endpoint] = .leaving(server, until: now.advanced(by: settings.drain))
  }

  // MARK: - What follows

  private mutating func change(
    _ server: Endpoint, at now: Instant, _ body: (inout BalancedServer) -> [ServiceEvent]
  ) -> [ServiceEvent] {
    self.now = now
    guard let former = servers[server] else { return [] }
    var balanced = former
    let events = body(&balanced)
    if balanced == former { return events }
    if balanced.isLeaving != former.isLeaving || balanced.isServing != former.isServing {
      // A server alone would only keep its clients waiting.
      let hasCompany = servers.contains { $0.key != server && $0.value.takesConnections }
      let returns = former.hasServed || former.isNewcomer
      balanced.settle(
        wasPlaced: former.weight(at: now, slowStart: settings.slowStart) != nil,
        ramps: !former.isServing && returns && hasCompany && settings.slowStart > .zero,
        drainFor: settings.drain, at: now)
    }
    servers[server] = balanced
    let isAsBefore =
      balanced.takesConnections == former.takesConnections && balanced.isUnknown == former.isUnknown
      && balanced.isInMaintenance == former.isInMaintenance
    return isAsBefore ? events : events + assess()
  }

  private mutating func endDrains(
    _ reason: ServiceEvent.DrainEnd, where isOver: (Endpoint, Instant) -> Bool
  ) -> [ServiceEvent] {
    var events: [ServiceEvent] = []
    for (endpoint, server) in servers.sorted(by: { $0.key < $1.key }) {
      guard case .until(let end) = server.drain, isOver(endpoint, end) else { continue }
      servers[endpoint]?.endDrain()
      if server.isRemoved { servers[endpoint] = nil }
      events.append(.drained(endpoint, reason))
    }
    return events
  }

  /// What the servers that are in service now mean for the whole.
  private mutating func assess() -> [ServiceEvent] {
    if isRetired { return [] }
    let serving = servers.values.filter(\.takesConnections).map(\.server.endpoint)
    let possible = servers.values.count { $0.takesConnections || $0.isUnknown }
    var events: [ServiceEvent] = []
    if serving.isEmpty {
      if !isToldOut, !isOut || (possible == 0 && !settings.servers.isEmpty) {
        events.append(.allFailed(remedy))
        isToldOut = true
      }
      if !isOut {
        // It does not leave after all.
        if let fallback = settings.fallback?.endpoint, servers[fallback]?.isRemoved == true {
          servers[fallback] = nil
        }
      }
    } else {
      lastServing = Set(serving)
      if isToldOut { events.append(.recovered) }
      isToldOut = false
      if isOut, let fallback = settings.fallback { leave(fallback) }
    }
    isOut = serving.isEmpty
    let (quorum, count) = (settings.quorum, serving.count)
    // Of those whom nobody keeps out; more cannot be asked for, and less than the quorum is never enough.
    let available = servers.values.count { !$0.isInMaintenance && !$0.isRemoved && $0.fullWeight > 0 }
    let isEnough =
      hasQuorum
      ? possible >= quorum : count >= max(quorum, min(quorum + settings.hysteresis, available))
    if hasQuorum != isEnough {
      hasQuorum.toggle()
      events.append(
        hasQuorum
          ? .quorumRegained(serving: count, quorum: quorum) : .quorumLost(serving: count, quorum: quorum))
    }
    return events
  }
}
