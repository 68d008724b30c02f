internal import Model

/// A service as it was read, with the places that a later problem may be about.
struct ServiceDraft {
  var configuration: ServiceConfiguration
  var name: SourcePosition
  var address: SourcePosition
  /// One for each server.
  var servers: [SourcePosition]
  var fallback: SourcePosition
}

/// A virtual router as it was read, with the places that a later problem may be about.
struct VirtualRouterDraft {
  var configuration: VirtualRouterConfiguration
  var name: SourcePosition
  var interface: SourcePosition
  var id: SourcePosition
  /// One for each address, each peer, each service and each tracked interface.
  var addresses: [SourcePosition]
  var peers: [SourcePosition]
  var services: [SourcePosition]
  var interfaces: [SourcePosition]
  var group: SourcePosition
}

/// A whole configuration as it was read.
struct DirectorDraft {
  var services: [ServiceDraft] = []
  /// The names of all services, those included that could not be read.
  var serviceNames: [String] = []
  var virtualRouters: [VirtualRouterDraft] = []
  var connectionSync: ConnectionSyncConfiguration?
  var connectionSyncPosition = SourcePosition(line: 1, column: 1)
  var stop = DirectorConfiguration.Stop.keep

  var configuration: DirectorConfiguration {
    DirectorConfiguration(
      services: services.map(\.configuration), virtualRouters: virtualRouters.map(\.configuration),
      connectionSync: connectionSync, stop: stop)
  }
}
