/// One change of the forwarding table: what one message to the kernel can say.
public enum TableChange: Hashable, Sendable {
  /// A service that is not there yet (IPVS_CMD_NEW_SERVICE).
  case addService(VirtualService)
  /// Replaces all of a service's settings; its servers and connections stay.
  case setService(VirtualService)
  /// A service with its servers (IPVS_CMD_DEL_SERVICE).
  case deleteService(ServiceKey)
  /// A server that the service does not have yet (IPVS_CMD_NEW_DEST).
  case addServer(RealServer, ServiceKey)
  /// Replaces all of a server's settings; its connections stay.
  case setServer(RealServer, ServiceKey)
  /// A server; its connections end (IPVS_CMD_DEL_DEST).
  case deleteServer(Endpoint, ServiceKey)

  /// The service that is changed, or whose server is.
  public var key: ServiceKey {
    switch self {
    case .addService(let service), .setService(let service): service.key
    case .deleteService(let key), .addServer(_, let key), .setServer(_, let key), .deleteServer(_, let key):
      key
    }
  }
}

extension ForwardingTable {
  /// Changes the table as the kernel would; what the kernel would refuse changes nothing.
  ///
  /// - Returns: whether the kernel would have accepted it.
  @discardableResult
  public mutating func apply(_ change: TableChange) -> Bool {
    switch change {
    case .addService(let service):
      guard entries[service.key] == nil else { return false }
      entries[service.key] = Entry(service)
    case .setService(let service):
      guard entries[service.key] != nil else { return false }
      entries[service.key]?.service = service
    case .deleteService(let key):
      return entries.removeValue(forKey: key) != nil
    case .addServer(let server, let key):
      guard let entry = entries[key], entry.servers[server.endpoint] == nil else { return false }
      entries[key]?.servers[server.endpoint] = server
    case .setServer(let server, let key):
      guard entries[key]?.servers[server.endpoint] != nil else { return false }
      entries[key]?.servers[server.endpoint] = server
    case .deleteServer(let endpoint, let key):
      return entries[key]?.servers.removeValue(forKey: endpoint) != nil
    }
    return true
  }
}
