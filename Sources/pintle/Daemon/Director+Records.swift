internal import Balancing
internal import Configuration
internal import Control
internal import HealthChecks
internal import IPVS
internal import Model

/// What the director tells of itself.
extension Director {
  /// The services in the configuration's order, and then those that leave.
  var serviceRecords: [ServiceRecord] {
    let configured = configuration.services.map(\.virtualService.key)
    let leaving = Set(services.keys).subtracting(configured).sorted()
    return (configured + leaving).compactMap { services[$0] }.map(record)
  }

  /// The sync daemons, as the kernel has them; nil where none is configured.
  var connectionSyncRecord: ConnectionSyncRecord? {
    guard let sync = configuration.connectionSync else { return nil }
    let daemons = (try? client.syncDaemons()) ?? []
    let roles = daemons.filter { $0.syncID == sync.id }.map { daemon -> ConnectionSyncRecord.Role in
      daemon.role == .master ? .master : .backup
    }
    return ConnectionSyncRecord(roles: roles, interface: sync.interface, id: sync.id)
  }

  private func record(_ service: DirectedService) -> ServiceRecord {
    let balancer = service.balancer
    let (configuration, settings) = (service.configuration, balancer.settings)
    let serving = balancer.servers.values.count(where: \.takesConnections)
    var address: Endpoint?
    var transport: TransportProtocol?
    var mark: UInt32?
    switch settings.service.key {
    case .endpoint(let itsProtocol, let endpoint): (transport, address) = (itsProtocol, endpoint)
    case .firewallMark(let number, _): mark = number
    }
    let configured = configuration.servers.map(\.endpoint)
    let leaving = Set(balancer.servers.keys).subtracting(configured).sorted()
    return ServiceRecord(
      name: configuration.name, address: address?.description, firewallMark: mark,
      protocol: transport?.rawValue, scheduler: settings.service.scheduler.name,
      sourceNAT: configuration.sourceNAT == .none ? nil : configuration.sourceNAT.rawValue,
      state: state(of: service, serving: serving),
      quorum: ServiceRecord.Quorum(needed: settings.quorum, has: serving, holds: service.hasQuorum),
      refusal: service.refusal,
      servers: (configured + leaving).compactMap { balancer.servers[$0] }.map { record($0, of: service) })
  }

  private func state(of service: DirectedService, serving: Int) -> ServiceRecord.State {
    if service.isRefused { return .refused }
    if serving > 0 { return service.balancer.hasQuorum ? .up : .noQuorum }
    guard service.balancer.entry.servers.values.contains(where: { $0.weight > 0 }) else { return .empty }
    if case .fallback = service.balancer.settings.whenAllFail { return .fallback }
    return .keeping
  }

  private func record(_ server: BalancedServer, of service: DirectedService) -> ServerRecord {
    let endpoint = server.server.endpoint
    let inKernel = service.actual?.servers[endpoint]
    let connections = inKernel == nil ? nil : service.connections[endpoint]
    let (state, reason) = server.told
    return ServerRecord(
      address: endpoint.description, state: state, reason: reason,
      since: service.since[endpoint]?.time ?? loadedAt, configuredWeight: server.server.weight,
      kernelWeight: inKernel?.weight, activeConnections: connections?.active,
      inactiveConnections: connections?.inactive,
      lastCheck: service.reports[endpoint].map {
        CheckRecord($0.report, at: .now, ago: $0.time.duration(to: now))
      })
  }
}

extension BalancedServer {
  /// Its state and the reason for it.
  var told: (state: ServerRecord.State, reason: String?) {
    if isRemoved { return (.draining, "no longer configured") }
    if isInMaintenance { return (.maintenance, health.failure.map { "\($0)" }) }
    return switch health.state {
    case .unverified: (.unverified, nil)
    case .up: (.up, nil)
    case .misconfigured(let status): (.misconfigured, "status \(status): the check needs credentials")
    case .draining(let failure): (.draining, "\(failure)")
    case .down(let failure): (.down, "\(failure)")
    }
  }
}

extension CheckRecord {
  fileprivate init(_ report: ProbeReport, at now: Timestamp, ago: Duration) {
    let result =
      switch report.result {
      case .healthy: "healthy"
      case .failed(let failure): "\(failure)"
      }
    let timings = report.timings
    self.init(
      time: Timestamp(milliseconds: now.milliseconds - ago.milliseconds), result: result,
      connect: timings.connect.map(Milliseconds.init), handshake: timings.handshake.map(Milliseconds.init),
      firstByte: timings.firstByte.map(Milliseconds.init), response: timings.response.map(Milliseconds.init))
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

extension Generation {
  /// How the last reload ended; nil before the first.
  var lastReloadRecord: StatusRecord.LastReload? {
    lastReload.map { reload in
      let error = reload.refusal.map { ([$0.description] + $0.details.prefix(1)).joined(separator: ": ") }
      return StatusRecord.LastReload(time: reload.time, error: error)
    }
  }
}

extension TableChange {
  /// The change as the plan of the API has it.
  var record: PlanRecord.Change {
    let (action, server): (PlanRecord.Change.Action, Endpoint?) =
      switch self {
      case .addService: (.add, nil)
      case .setService: (.edit, nil)
      case .deleteService: (.delete, nil)
      case .addServer(let server, _): (.add, server.endpoint)
      case .setServer(let server, _): (.edit, server.endpoint)
      case .deleteServer(let endpoint, _): (.delete, endpoint)
      }
    return PlanRecord.Change(action, service: "\(key)", server: server?.description, text: planLine)
  }
}
