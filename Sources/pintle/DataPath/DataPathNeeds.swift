internal import Balancing
internal import Configuration
internal import Host
internal import Model

/// What a configuration asks of the kernel beside the forwarding table.
struct DataPathNeeds: Hashable {
  /// What the packet filter does.
  var rules: PacketFilterRules
  /// What the kernel's parameters must say.
  var kernel: KernelNeeds
  /// The services.
  var services: Set<ServiceKey>
  /// The services whose clients are reset when their server is deleted.
  var resets: Set<ServiceKey>
  /// Which sync daemons run; nil: none of ours.
  var sync: SyncPolicy?

  /// Nothing at all.
  static let none = DataPathNeeds(rules: PacketFilterRules(), kernel: [], services: [], resets: [], sync: nil)
}

extension DataPathNeeds {
  /// What a configuration needs on a host with these addresses.
  init(of configuration: DirectorConfiguration, addresses: Set<IPAddress>) {
    let services = configuration.services
    let translated = services.compactMap(PacketFilterRules.SourceNAT.init)
    let translates = !translated.isEmpty
    self.services = Set(services.map(\.virtualService.key))
    resets = Set(services.filter(\.resetClients).map(\.virtualService.key))
    rules = PacketFilterRules(
      translated, sparesBareSYNs: !resets.isEmpty || (translates && configuration.connectionSync != nil))

    var kernel: KernelNeeds = []
    if !resets.isEmpty { kernel.insert(.endsConnections) }
    if translates { kernel.insert(.sourceNAT) }
    for server in services.flatMap(\.servers) where server.forwarding == .nat {
      kernel.insert(server.endpoint.address.family == .ipv4 ? .forwardsIPv4 : .forwardsIPv6)
    }
    if services.contains(where: { $0.virtualService.persistence != nil }) { kernel.insert(.persistence) }

    if let connectionSync = configuration.connectionSync {
      kernel.insert(.sync)
      let isServer = services.flatMap(\.servers).contains {
        $0.keepsDestination && addresses.contains($0.endpoint.address)
      }
      if isServer { kernel.insert(.directsWhenActiveOnly) }
      sync = SyncPolicy(
        interface: connectionSync.interface, id: connectionSync.id, oneAtATime: isServer)
    }
    self.kernel = kernel
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
    var servers = service.servers
    if case .fallback(let server) = service.whenAllFail { servers.append(server) }
    let endpoints = servers.filter { $0.forwarding == .nat }.map(\.endpoint)
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
