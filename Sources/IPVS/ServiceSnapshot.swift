public import Model

/// A virtual service with its real servers as the kernel has them.
public struct ServiceSnapshot: Hashable, Sendable {
  /// The service.
  public var status: ServiceStatus
  /// Its servers, in the kernel's order.
  public var servers: [ServerStatus]

  /// Joins a service and its servers.
  public init(_ status: ServiceStatus, servers: [ServerStatus]) {
    self.status = status
    self.servers = servers
  }

  /// The configuration alone.
  public var entry: ForwardingTable.Entry {
    ForwardingTable.Entry(status.service, servers: servers.map(\.server))
  }
}
