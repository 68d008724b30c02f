package import Model

/// What the operator asked for: the whole of one configuration file, in its long form.
package struct DirectorConfiguration: Hashable, Sendable {
  /// What becomes of forwarding when the daemon is stopped.
  package enum Stop: String, Hashable, Sendable, CaseIterable {
    /// It stays: the next start takes it over.
    case keep
    /// All that Pintle owns goes.
    case remove
  }

  /// The services, in the file's order; no two have the same name or the same key.
  package var services: [ServiceConfiguration]
  /// The virtual routers, in the file's order; no two have the same name.
  package var virtualRouters: [VirtualRouterConfiguration]
  /// How connections reach the other director; nil: they don't.
  package var connectionSync: ConnectionSyncConfiguration?
  /// What becomes of forwarding when the daemon is stopped.
  package var stop: Stop

  /// Joins the parts; the default asks for nothing.
  package init(
    services: [ServiceConfiguration] = [], virtualRouters: [VirtualRouterConfiguration] = [],
    connectionSync: ConnectionSyncConfiguration? = nil, stop: Stop = .keep
  ) {
    self.services = services
    self.virtualRouters = virtualRouters
    self.connectionSync = connectionSync
    self.stop = stop
  }

  /// The forwarding table that is desired while every server is healthy.
  package var forwardingTable: ForwardingTable {
    ForwardingTable(services.map { ForwardingTable.Entry($0.virtualService, servers: $0.servers) })
  }
}

extension DirectorConfiguration {
  /// The virtual routers that move together, the one that decides first; one without a group is alone.
  ///
  /// Who decides must not depend on the order in a file, which may differ between the directors: IPv4 comes before
  /// IPv6, then the lower identifier, then the name.
  package var routerGroups: [[VirtualRouterConfiguration]] {
    var groups: [[VirtualRouterConfiguration]] = []
    for router in virtualRouters {
      let known = groups.firstIndex { $0.first?.group != nil && $0.first?.group == router.group }
      if let known { groups[known].append(router) } else { groups.append([router]) }
    }
    func rank(_ router: VirtualRouterConfiguration) -> (Int, UInt8, String) {
      (router.family == .ipv4 ? 0 : 1, router.id, router.name)
    }
    return groups.map { $0.sorted { rank($0) < rank($1) } }
  }
}
