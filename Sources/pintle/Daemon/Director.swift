internal import Balancing
internal import Configuration
internal import HealthChecks
internal import IPVS
internal import Model
internal import NIOCore

/// Keeps the kernel's table as configuration and health say; everything happens on one event loop.
final class Director {
  private var client: IPVSClient
  private var balancers: [ServiceKey: ServiceBalancer] = [:]
  private var checkers: [ServerChecker] = []
  private let names: [ServiceKey: String]
  private let log: EventLog
  private let dataPath: DataPath

  /// Programs the services and begins to check their servers.
  ///
  /// What the kernel has already is taken over: a server that it has in service stays there until it fails.
  /// - Throws: where the kernel's table cannot be read or programmed.
  init(
    _ configuration: DirectorConfiguration, ownership: OwnershipRecord, on loop: any EventLoop, log: EventLog
  ) throws {
    self.log = log
    dataPath = DataPath(on: loop, directory: ownership.directory, log: log)
    names = Dictionary(configuration.services.map { ($0.virtualService.key, $0.name) }) { $1 }
    do {
      client = try IPVSClient()
      let actual = try client.table()
      for service in configuration.services {
        balancers[service.virtualService.key] = ServiceBalancer(
          service.virtualService, servers: service.servers, check: service.check,
          whenAllFail: ServiceBalancer.WhenAllFail(service.whenAllFail),
          adopting: actual.entries[service.virtualService.key])
      }
      dataPath.configure(configuration, addresses: try HostInterfaces.addresses(), client: &client)
      try program(over: actual, ownership: ownership)
    } catch let error as IPVSError {
      throw Failure(error)
    }
    check(configuration.services, on: loop)
  }

  /// Ends the checks; forwarding stays as it is.
  func stop() {
    for checker in checkers { checker.stop() }
    checkers.removeAll()
  }

  private func program(over actual: ForwardingTable, ownership: OwnershipRecord) throws {
    let owned = try ownership.read()
    let desired = ForwardingTable(balancers.values.map(\.entry))
    // Remembered first: a crash in between must not leave services that nobody owns.
    try ownership.write(owned.union(desired.entries.keys))
    let plan = Plan(from: actual, to: desired, owned: owned)
    for outcome in client.apply(plan.changes) { try outcome.get() }
    try ownership.write(Set(desired.entries.keys))
    log.report(.started(services: desired.entries.count, changes: plan.changes.count))
  }

  private func check(_ services: [ServiceConfiguration], on loop: any EventLoop) {
    let prober = Prober(on: loop)
    for service in services {
      let key = service.virtualService.key
      for (index, server) in service.servers.enumerated() {
        let delay = CheckSchedule.offset(
          of: index, among: service.servers.count, interval: service.check.interval)
        let checker = prober.check(service.checkTarget(of: server), by: service.check, after: delay) {
          [weak self] report in
          self?.record(report.result, of: server.endpoint, in: key)
        }
        checkers.append(checker)
      }
    }
  }

  private func record(_ result: ProbeResult, of server: Endpoint, in key: ServiceKey) {
    guard let events = balancers[key]?.record(result, of: server), !events.isEmpty else { return }
    for event in events { log.report(.service(names[key] ?? key.description, event)) }
    reconcile(key)
  }

  /// Brings one service of the kernel's table to what its balancer says.
  private func reconcile(_ key: ServiceKey) {
    guard let balancer = balancers[key] else { return }
    do {
      var actual = ForwardingTable()
      if let status = try client.service(key) {
        actual.entries[key] = ForwardingTable.Entry(
          status.service, servers: try client.servers(of: key).map(\.server))
      }
      let plan = Plan(from: actual, to: ForwardingTable([balancer.entry]), owned: [])
      let clients = dataPath.clients(losing: plan.changes)
      let outcomes = client.apply(plan.changes)
      dataPath.reset(clients)
      for (change, outcome) in zip(plan.changes, outcomes) {
        switch outcome {
        case .success: log.report(.changed(change))
        case .failure(let error): log.report(.refused(error))
        }
      }
    } catch {
      log.report(.refused(error))
    }
  }
}

extension ServiceBalancer.WhenAllFail {
  /// The policy as the configuration states it.
  fileprivate init(_ policy: ServiceConfiguration.WhenAllFail) {
    switch policy {
    case .keep: self = .keep
    case .empty: self = .empty
    case .fallback(let server): self = .fallback(server)
    }
  }
}
