package import Model

/// One virtual service: folds the health of its servers into what the kernel's table should say of it.
package struct ServiceBalancer: Sendable {
  /// What happens when no server is left.
  package enum WhenAllFail: Hashable, Sendable {
    /// The last servers that were in service stay: a check that is wrong about all of them takes nothing down.
    case keep
    /// The service has no server: new connections are refused.
    case empty
    /// This server takes over.
    case fallback(RealServer)
  }

  /// What a check's result changed.
  package enum Event: Hashable, Sendable {
    case server(Endpoint, ServerHealth.Transition)
    /// The last server that was in service failed.
    case allFailed
    /// A server is in service again.
    case recovered
  }

  /// The service as it is configured.
  package let service: VirtualService
  /// Its servers as they are configured.
  package let servers: [RealServer]
  /// The health of each.
  package private(set) var health: [Endpoint: ServerHealth]

  private let check: HealthCheck
  private let whenAllFail: WhenAllFail
  /// Those that were in service when there last were any.
  private var lastServing: Set<Endpoint>

  /// Starts from what the kernel has: servers in service stay until they fail, others wait for their first success.
  package init(
    _ service: VirtualService, servers: [RealServer], check: HealthCheck, whenAllFail: WhenAllFail,
    adopting existing: ForwardingTable.Entry?
  ) {
    self.service = service
    self.servers = servers
    self.check = check
    self.whenAllFail = whenAllFail
    let serving = Set(existing?.servers.values.filter { $0.weight > 0 }.map(\.endpoint) ?? [])
    health = Dictionary(
      servers.map { ($0.endpoint, ServerHealth(wasServing: serving.contains($0.endpoint))) }
    ) { $1 }
    lastServing = serving
  }

  /// Takes in the result of a server's check; one that is not of this service changes nothing.
  package mutating func record(_ result: ProbeResult, of server: Endpoint) -> [Event] {
    let hadServers = hasServingServer
    let transitions = health[server]?.record(result, rise: check.rise, fall: check.fall) ?? []
    if transitions.isEmpty { return [] }
    var events = transitions.map { Event.server(server, $0) }
    let hasServers = hasServingServer
    if hasServers { lastServing = Set(servers.map(\.endpoint).filter { health[$0]?.isServing == true }) }
    if hadServers && !hasServers { events.append(.allFailed) }
    if !hadServers && hasServers { events.append(.recovered) }
    return events
  }

  /// What the kernel's table should say of this service.
  package var entry: ForwardingTable.Entry {
    let serving = servers.filter { health[$0.endpoint]?.isServing == true }
    guard serving.isEmpty else { return ForwardingTable.Entry(service, servers: serving) }
    switch whenAllFail {
    case .keep:
      return ForwardingTable.Entry(service, servers: servers.filter { lastServing.contains($0.endpoint) })
    case .empty:
      return ForwardingTable.Entry(service)
    case .fallback(let server):
      return ForwardingTable.Entry(service, servers: [server])
    }
  }

  private var hasServingServer: Bool { health.values.contains(where: \.isServing) }
}
