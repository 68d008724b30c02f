internal import Balancing
internal import Configuration
internal import Control
internal import HealthChecks
internal import IPVS
internal import Model
internal import NIOCore

/// How another configuration takes the place of the one that runs.
extension Director {
  /// Looks whether the checks of a configuration can run, of which nothing is changed by it.
  ///
  /// - Returns: it fails with a ``ConfigurationRefusal`` where one cannot, after some seconds at the latest.
  func prepare(_ configuration: DirectorConfiguration) -> EventLoopFuture<Void> {
    let failures = configuration.services.map { service in
      prober.prepare(service.check).map { failure in failure.map { "\(service.name): \($0)" } }
    }
    return EventLoopFuture.whenAllSucceed(failures, on: loop).flatMapThrowing { failures in
      let details = failures.compactMap { $0 }
      if details.isEmpty { return }
      let count = details.count == 1 ? "a check" : "\(details.count) checks"
      throw ConfigurationRefusal(description: "\(count) cannot run", details: details)
    }
  }

  /// Takes in a configuration that is prepared.
  ///
  /// Everything that can fail comes first. What it does not change is not touched: neither the table nor the checks with
  /// their state and their schedule.
  /// - Returns: how many changes the kernel carried out, once the table is written.
  /// - Throws: where it cannot be used; then nothing is changed.
  func take(_ configuration: DirectorConfiguration) throws(ConfigurationRefusal) -> EventLoopFuture<Int> {
    let keys = configuration.services.map(\.virtualService.key)
    let existing = try entries(of: keys.filter { services[$0] == nil })
    do {
      try own(owned.union(keys))
      addresses = try HostInterfaces.addresses()
    } catch {
      throw ConfigurationRefusal(description: error.description, details: [])
    }

    let changed = swap(to: configuration, adopting: existing)
    self.configuration = configuration
    loadedAt = .now
    // Before the table: the first packet of a service must find its source NAT.
    configureDataPath()
    let before = written
    let done = loop.makePromise(of: Void.self)
    waitingForAll.append(done)
    enqueue(changed)
    return done.futureResult.assumeIsolated().map { [self] in written - before }.nonisolated()
  }

  /// What the kernel has of services that are new to the configuration.
  private func entries(
    of keys: [ServiceKey]
  ) throws(ConfigurationRefusal) -> [ServiceKey: ForwardingTable.Entry] {
    var entries: [ServiceKey: ForwardingTable.Entry] = [:]
    do throws(IPVSError) {
      for key in keys {
        guard let status = try client.service(key) else { continue }
        entries[key] = ForwardingTable.Entry(
          status.service, servers: try client.servers(of: key).map(\.server))
      }
    } catch {
      throw ConfigurationRefusal(description: "cannot \(error.operation.rawValue): \(error)", details: [])
    }
    return entries
  }

  /// Replaces the configuration of every service that is not the same in both.
  ///
  /// - Returns: the services whose part of the table may be another now.
  private func swap(
    to configuration: DirectorConfiguration, adopting existing: [ServiceKey: ForwardingTable.Entry]
  ) -> [ServiceKey] {
    var changed: [ServiceKey] = []
    let wanted = Set(configuration.services.map(\.virtualService.key))
    for (key, service) in services where !wanted.contains(key) && !service.balancer.isRetired {
      for checker in service.checkers.values { checker.stop() }
      service.checkers.removeAll()
      // Another one may have its name until it comes back.
      service.toldQuorum = nil
      tell(service.balancer.retire(at: now), of: service)
      changed.append(key)
    }
    for configured in configuration.services {
      let key = configured.virtualService.key
      if let service = services[key] {
        if service.configuration == configured, !service.balancer.isRetired { continue }
        change(service, to: configured)
      } else {
        let service = DirectedService(
          configured, adopting: existing[key], maintenance: maintenance[key] ?? [], at: now)
        services[key] = service
        tellQuorum(of: service)
      }
      changed.append(key)
    }
    let inTransition = changed.compactMap { services[$0] }
    startChecks(of: inTransition.filter { !$0.balancer.isRetired })
    for service in inTransition { arm(service) }
    return changed
  }

  private func change(_ service: DirectedService, to configured: ServiceConfiguration) {
    let former = service.configuration
    service.configuration = configured
    let isAnotherCheck = former.check != configured.check || former.checkPort != configured.checkPort
    let kept = Set(configured.servers.map(\.endpoint))
    let asksAnew = isAnotherCheck || former.name != configured.name
    for (server, checker) in service.checkers where asksAnew || !kept.contains(server) {
      checker.stop()
      service.checkers[server] = nil
      if !kept.contains(server) { service.reports[server] = nil }
    }
    let events = service.balancer.reconfigure(
      ServiceSettings(configured), isAnotherCheck: isAnotherCheck,
      maintenance: maintenance[configured.virtualService.key] ?? [], at: now)
    if former.name != configured.name { service.toldQuorum = nil }
    tell(events, of: service)
  }

  // MARK: - Plan

  /// What a configuration would change in the kernel's table, if it were taken in.
  func plan(for configuration: DirectorConfiguration, over actual: ForwardingTable) -> [TableChange] {
    var desired: [ForwardingTable.Entry] = []
    var balancers = services.mapValues(\.balancer)
    for configured in configuration.services {
      let key = configured.virtualService.key
      let settings = ServiceSettings(configured)
      if var balancer = balancers.removeValue(forKey: key) {
        _ = balancer.reconfigure(
          settings, isAnotherCheck: false, maintenance: maintenance[key] ?? [], at: now)
        desired.append(balancer.entry)
      } else {
        var balancer = ServiceBalancer(
          settings, adopting: actual.entries[key], maintenance: maintenance[key] ?? [], at: now)
        balancer.listen(dataPath.isToldOfConnections(of: configured), at: now)
        desired.append(balancer.entry)
      }
    }
    for var balancer in balancers.values {
      if !balancer.isRetired { _ = balancer.retire(at: now) }
      if !balancer.isGone { desired.append(balancer.entry) }
    }
    return Plan(from: actual, to: ForwardingTable(desired), owned: owned).changes
  }
}
