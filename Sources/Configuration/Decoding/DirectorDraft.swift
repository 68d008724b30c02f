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
