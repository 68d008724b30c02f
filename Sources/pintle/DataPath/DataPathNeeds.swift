internal import Balancing
internal import Configuration
internal import Host
internal import IPVS
internal import Model

/// What a configuration asks of the kernel beside the forwarding table.
struct DataPathNeeds: Hashable, Sendable {
  /// What the packet filter does all the time.
  var rules: PacketFilterRules
  /// What the kernel's parameters must say.
  var kernel: KernelNeeds
  /// The services, each with how packets get to its servers.
  var services: [ServiceKey: [Endpoint: ForwardingMethod]]
  /// The services whose clients are reset when their server is deleted.
  var resets: Set<ServiceKey>
  /// Which sync daemons run; nil: none of ours.
  var sync: SyncPolicy?
  /// The servers of this host itself that are reached by NAT; known with the connection sync only.
  var ownServers: Set<Endpoint>
  /// The TCP services that come with the virtual addresses, and whose connections the peer tells of.
  var arrivals: Set<Endpoint>

  /// Nothing at all.
  static let none = DataPathNeeds(
    rules: PacketFilterRules(), kernel: [], services: [:], resets: [], sync: nil, ownServers: [],
    arrivals: [])
}

extension DataPathNeeds {
  /// What a configuration needs on a host with these addresses.
  init(of configuration: DirectorConfiguration, addresses: Set<IPAddress>) {
    let services = configuration.services
    let translated = services.compactMap(PacketFilterRules.SourceNAT.init)
    let translates = !translated.isEmpty
    self.services = Dictionary(uniqueKeysWithValues: services.map { ($0.virtualService.key, $0.forwarding) })
    resets = Set(services.filter(\.resetClients).map(\.virtualService.key))
    let floating = Set(configuration.virtualRouters.flatMap(\.addresses).map(\.address))
    rules = PacketFilterRules(
      translated,
      passing: PacketFilterRules.Passing(
        to: floating.intersection(translated.compactMap(\.key.address)),
        from: Set(configuration.virtualRouters.map(\.interface))),
      sparesNudges: !resets.isEmpty || (translates && configuration.connectionSync != nil))

    arrivals = []
    ownServers = []
    var kernel: KernelNeeds = []
    if !resets.isEmpty { kernel.insert(.endsConnections) }
    if translates { kernel.insert(.sourceNAT) }
    for server in services.flatMap(\.servers) where server.forwarding == .nat {
      kernel.insert(server.endpoint.address.family == .ipv4 ? .forwardsIPv4 : .forwardsIPv6)
    }
    if services.contains(where: { $0.virtualService.persistence != nil }) { kernel.insert(.persistence) }

    if let connectionSync = configuration.connectionSync {
      kernel.insert(.sync)
      let own = services.flatMap(\.allServers).filter { addresses.contains($0.endpoint.address) }
      if !own.isEmpty { kernel.insert(.directsWhenActiveOnly) }
      ownServers = Set(own.filter { $0.forwarding == .nat }.map(\.endpoint))
      sync = SyncPolicy(
        interface: connectionSync.interface, id: connectionSync.id, oneAtATime: !own.isEmpty)
      // The own server of a direct service gets its segments as they came.
      if !own.contains(where: \.keepsDestination) { arrivals = Self.arrivals(of: configuration) }
    }
    self.kernel = kernel
  }
}

extension DataPathNeeds {
  private static func arrivals(of configuration: DirectorConfiguration) -> Set<Endpoint> {
    let addresses = Set(configuration.virtualRouters.flatMap(\.addresses).map(\.address))
    return Set(
      configuration.services.compactMap { service in
        guard case .endpoint(.tcp, let endpoint) = service.virtualService.key,
          addresses.contains(endpoint.address)
        else { return nil }
        return endpoint
      })
  }

  /// How the packets of a connection get to its server; nil where it is of none of the services.
  ///
  /// The kernel does not say which firewall mark a connection had, so that those count as of none.
  func forwarding(of connection: Connection) -> ForwardingMethod? {
    let servers = [connection.service.port, 0].lazy.compactMap {
      services[.endpoint(connection.transport, Endpoint(connection.service.address, port: $0))]
    }.first
    return servers?[connection.server] ?? servers?[Endpoint(connection.server.address, port: 0)]
  }
}

extension DataPathNeeds {
  /// Whether the server of a connection may see another source address than its client's.
  func isTranslated(_ connection: Connection) -> Bool {
    rules.services.contains { connection.isOf(service: $0.key) }
  }
}

extension ServiceConfiguration {
  /// With the one that takes over when they have all failed.
  var allServers: [RealServer] {
    if case .fallback(let server) = whenAllFail { servers + [server] } else { servers }
  }

  fileprivate var forwarding: [Endpoint: ForwardingMethod] {
    Dictionary(allServers.map { ($0.endpoint, $0.forwarding) }) { first, _ in first }
  }
}

extension PacketFilterRules.SourceNAT {
  /// The translation of a service; nil where nobody rewrites the source.
  fileprivate init?(_ service: ServiceConfiguration) {
    let source: PacketFilterRules.Source
    switch service.sourceNAT {
    case .vip: source = .service
    case .masquerade: source = .interface
    case .none: return nil
    }
    let endpoints = service.allServers.filter { $0.forwarding == .nat }.map(\.endpoint)
    if endpoints.isEmpty { return nil }
    self.init(service.virtualService.key, servers: endpoints, source: source)
  }
}

extension RealServer {
  /// Whether packets reach it with the service's address still as their destination.
  var keepsDestination: Bool {
    switch forwarding {
    case .direct, .tunnel: true
    case .nat, .local, .bypass: false
    }
  }
}
