package import Model

/// What the operator asked for: the whole of one configuration file, in its long form.
package struct DirectorConfiguration: Hashable, Sendable {
  /// The services, in the file's order; no two have the same name or the same key.
  package var services: [ServiceConfiguration]
  /// The virtual routers, in the file's order; no two have the same name.
  package var virtualRouters: [VirtualRouterConfiguration]
  /// How connections reach the other director; nil: they don't.
  package var connectionSync: ConnectionSyncConfiguration?

  /// Joins the parts; the default asks for nothing.
  package init(
    services: [ServiceConfiguration] = [], virtualRouters: [VirtualRouterConfiguration] = [],
    connectionSync: ConnectionSyncConfiguration? = nil
  ) {
    self.services = services
    self.virtualRouters = virtualRouters
    self.connectionSync = connectionSync
  }

  /// The forwarding table that is desired while every server is healthy.
  package var forwardingTable: ForwardingTable {
    ForwardingTable(services.map { ForwardingTable.Entry($0.virtualService, servers: $0.servers) })
  }
}
