internal import Model

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
      services: services.map(\.configuration), virtualRouters: virtualRouters.map(router),
      connectionSync: connectionSync, stop: stop)
  }

  /// A virtual router, with the names of the services on its addresses where they are what it watches.
  private func router(_ draft: VirtualRouterDraft) -> VirtualRouterConfiguration {
    guard case .ofAddresses = draft.configuration.services else { return draft.configuration }
    let addresses = Set(draft.configuration.addresses.map(\.address))
    let own = services.map(\.configuration).filter { service in
      service.virtualService.key.address.map(addresses.contains) ?? false
    }
    var router = draft.configuration
    router.services = .ofAddresses(own.map(\.name))
    return router
  }
}
