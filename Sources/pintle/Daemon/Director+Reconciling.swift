internal import Balancing
internal import Configuration
internal import IPVS
internal import Model
internal import NIOCore

/// How the kernel's table becomes, and stays, what it should be.
extension Director {
  /// Why the table is looked at.
  enum Occasion {
    /// Health, configuration or operator want something else from now on.
    case change
    /// It is time to see whether somebody else changed it.
    case poll
  }

  /// So many servers are looked at in one go; the event loop has checks to make in between.
  private static let slice = 256
  /// From one slice that is written to the next: what is due at once, the loop does before it turns to its sockets, so
  /// that without a pause the checks' deadlines would pass while their answers lie there.
  private static let breath = TimeAmount.milliseconds(1)

  // MARK: - Slices

  /// Plans to look whether the kernel's table is still right: a slice, a pause and so on, evenly, so that every service
  /// is looked at once in a poll interval and the time that the work itself takes.
  ///
  /// - Parameters:
  ///   - rest: what this round has still to look at; empty: the next round begins.
  ///   - pause: from now to the next slice.
  func planPoll(of rest: ArraySlice<ServiceKey> = [], after pause: TimeAmount = pollInterval) {
    poll = loop.assumeIsolated().scheduleTask(in: pause) { [weak self] in
      guard let self else { return }
      if rest.isEmpty { lookAtHost() }
      look(at: rest.isEmpty ? services.keys.sorted()[...] : rest)
    }
  }

  private func look(at keys: ArraySlice<ServiceKey>) {
    var rest = keys
    let slice = takeSlice(of: &rest)
    // A service is never divided, however many servers it has: each slice has its own share of the interval.
    let (part, whole) = (Self.size(of: slice), max(1, Self.size(of: services.values)))
    reconcile(slice, as: .poll)
    let interval = Self.pollInterval.nanoseconds
    planPoll(
      of: rest, after: .nanoseconds(services.isEmpty ? interval : interval * Int64(part) / Int64(whole)))
  }

  /// How much there is to look at: services and servers.
  private static func size(of services: some Sequence<DirectedService>) -> Int {
    services.reduce(0) { $0 + 1 + $1.balancer.servers.count }
  }

  /// Has services written, slice by slice.
  func enqueue(_ keys: [ServiceKey]) {
    let isAtWork = !waiting.isEmpty
    waiting += keys
    if isAtWork { return }
    loop.assumeIsolated().execute { [weak self] in self?.work() }
  }

  private func work() {
    var rest = waiting[...]
    reconcile(takeSlice(of: &rest), as: .change)
    waiting = Array(rest)
    guard waiting.isEmpty else {
      loop.assumeIsolated().scheduleTask(in: Self.breath) { [weak self] in self?.work() }
      return
    }
    let promises = waitingForAll
    waitingForAll = []
    for promise in promises { promise.succeed() }
  }

  private func takeSlice(of keys: inout ArraySlice<ServiceKey>) -> [DirectedService] {
    var slice: [DirectedService] = []
    var count = 0
    while count < Self.slice, let key = keys.popFirst() {
      guard let service = services[key] else { continue }
      slice.append(service)
      count += 1 + service.balancer.servers.count
    }
    return slice
  }

  // MARK: - Comparison

  /// Brings the kernel's table to what these services want.
  func reconcile(_ services: [DirectedService], as occasion: Occasion) {
    var changes: [TableChange] = []
    var repairs: Set<TableChange> = []
    for service in services {
      do throws(IPVSError) {
        try read(service)
        // What is read here may end a drain, so that less is desired than before.
        let desired = ForwardingTable([service.desired].compactMap(\.self))
        let plan = try self.plan(for: service, desired: desired)
        if plan.differences.isEmpty {
          if service.contest.rest(at: now) { log.report(.contestOver(about: service.configuration.name)) }
          // Whatever it was, it is as it should be.
          service.refusals.removeAll()
          tellQuorum(of: service)
          if service.desired == nil { dismiss(service) }
          continue
        }
        if occasion == .poll, !service.contest.mayRepair(at: now) { continue }
        changes += plan.differences
        repairs.formUnion(plan.repairs)
        contest(service, repairs: plan.repairs)
      } catch {
        complain(error, of: service)
      }
    }
    write(changes, repairs: repairs)
  }

  /// Reads what the kernel has of a service, and lets those go that have lost their last connection.
  private func read(_ service: DirectedService) throws(IPVSError) {
    let key = service.balancer.settings.service.key
    let status = try client.service(key)
    let servers = status == nil ? [] : try client.servers(of: key)
    service.actual = status.map { ForwardingTable.Entry($0.service, servers: servers.map(\.server)) }
    service.connections = Dictionary(servers.map { ($0.server.endpoint, $0.connections) }) { $1 }
    if service.balancer.deadline == nil { return }
    var counts: [Endpoint: UInt32] = [:]
    for status in servers {
      let count = status.connections.active &+ status.connections.inactive
      // As long as it has a weight, the next connection may be on its way.
      counts[status.server.endpoint] = status.server.weight > 0 ? max(count, 1) : count
    }
    tell(service.balancer.observe(counts, at: now), of: service)
    arm(service)
  }

  private func plan(
    for service: DirectedService, desired: ForwardingTable
  ) throws(IPVSError) -> (differences: [TableChange], repairs: [TableChange]) {
    let owned: Set = [service.balancer.settings.service.key]
    func differences() -> [TableChange] {
      let actual = ForwardingTable([service.actual].compactMap(\.self))
      return Plan(from: actual, to: desired, owned: owned).changes
    }
    var changes = differences()
    if changes.isEmpty {
      service.programmed = service.actual
      return ([], [])
    }
    // Who was told what it wants is repaired by what else differs.
    let programmed = ForwardingTable([service.programmed].compactMap(\.self))
    let expected = Set(Plan(from: programmed, to: desired, owned: owned).changes)
    var repairs = changes.filter { !expected.contains($0) }
    if !repairs.isEmpty {
      // A dump skips entries while others delete theirs: what seems to be missing is looked for again.
      try read(service)
      changes = differences()
      repairs = changes.filter { !expected.contains($0) }
    }
    return (changes, repairs)
  }

  private func contest(_ service: DirectedService, repairs: [TableChange]) {
    if repairs.isEmpty { return }
    let wasOn = service.contest.isOn
    guard let pause = service.contest.note(repairs, at: now), !wasOn else { return }
    log.report(.contested(service.configuration.name, pause: pause))
  }

  // MARK: - Writing

  /// Has the kernel carry out changes, and tells of each why it was made.
  private func write(_ changes: [TableChange], repairs: Set<TableChange>) {
    if changes.isEmpty { return }
    let clients = dataPath.clients(
      losing: changes, from: { ForwardingTable(services.values.compactMap(\.actual)) },
      others: {
        // Where it cannot be read, one client too many hears a word.
        Set(((try? client.services()) ?? []).map(\.service.key)).subtracting(services.keys)
      })
    let outcomes = client.apply(changes)
    dataPath.reset(clients)
    for (change, outcome) in zip(changes, outcomes) {
      switch outcome {
      case .success:
        written += 1
        log.report(repairs.contains(change) ? .repaired(change) : .changed(change))
        note(change)
      case .failure(let error):
        if let service = services[change.key] { complain(error, of: service) }
      }
    }
    for key in Set(changes.map(\.key)) {
      guard let service = services[key] else { continue }
      service.programmed = service.actual
      if service.actual == service.desired { service.refusals.removeAll() }
      tellQuorum(of: service)
      if service.desired == nil, service.actual == nil { dismiss(service) }
    }
  }

  /// Takes note of what the kernel carried out.
  func note(_ change: TableChange) {
    guard let service = services[change.key] else { return }
    var table = ForwardingTable([service.actual].compactMap(\.self))
    table.apply(change)
    service.actual = table.entries[change.key]
  }

  /// A service that left is out of the table.
  private func dismiss(_ service: DirectedService) {
    let key = service.balancer.settings.service.key
    forget(key)
    do throws(Failure) {
      try own(owned.subtracting([key]))
    } catch {
      log.report(.recordFailed(error))
    }
  }

  /// Tells what the kernel refuses, once until it succeeds.
  func complain(_ error: IPVSError, of service: DirectedService) {
    guard service.refusals.insert("\(error)").inserted else { return }
    log.report(.refused(error))
  }
}
