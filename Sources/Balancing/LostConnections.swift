package import Model

/// The connections that end with the servers and the services that changes delete.
///
/// The kernel does not say which mark a connection had. So those of a firewall mark are all that go to its servers and
/// are not of a service that is known by its address.
package struct LostConnections: Sendable {
  /// The services that go, by their address.
  private var services: Set<ServiceKey> = []
  /// The servers that go of services that are known by their address.
  private var servers: [ServiceKey: Set<Endpoint>] = [:]
  /// The servers that go of firewall marks.
  private var marked: [AddressFamily: Set<Endpoint>] = [:]
  private let table: ForwardingTable
  private let others: Set<ServiceKey>

  /// Finds out what goes.
  ///
  /// - Parameters:
  ///   - changes: the changes.
  ///   - table: Pintle's own services, as the kernel has them before; where every one that loses something has an
  ///     address and a port, nobody needs to know.
  ///   - others: the services that the kernel has beside; the same holds.
  package init(_ changes: [TableChange], from table: ForwardingTable, others: Set<ServiceKey>) {
    self.table = table
    self.others = others
    for change in changes {
      switch change {
      case .deleteServer(let server, .firewallMark(_, let family)):
        marked[family, default: []].insert(server)
      case .deleteService(.firewallMark(_, let family)):
        if let entry = table.entries[change.key] { marked[family, default: []].formUnion(entry.servers.keys) }
      case .deleteServer(let server, let key): servers[key, default: []].insert(server)
      case .deleteService(let key): services.insert(key)
      case .addService, .setService, .addServer, .setServer: break
      }
    }
  }

  /// Whether nothing goes.
  package var isEmpty: Bool { services.isEmpty && servers.isEmpty && marked.isEmpty }

  /// Whether a connection goes.
  package func contains(_ transport: TransportProtocol, of service: Endpoint, to server: Endpoint) -> Bool {
    // As the kernel looks for the service of a packet without a mark: port 0 is every port that no other service has.
    isLost(.endpoint(transport, service), server)
      ?? isLost(.endpoint(transport, Endpoint(service.address, port: 0)), server)
      ?? (marked[service.address.family]?.takes(server) == true)
  }

  /// Whether a connection goes if it is of a service that is known by its address; nil: it is not.
  private func isLost(_ key: ServiceKey, _ server: Endpoint) -> Bool? {
    if services.contains(key) || servers[key]?.takes(server) == true { return true }
    if others.contains(key) || table.entries[key]?.servers.keys.takes(server) == true { return false }
    return nil
  }
}

extension Collection<Endpoint> {
  /// Whether a connection to a server goes to one of these; port 0 is the one that the client connected to.
  fileprivate func takes(_ server: Endpoint) -> Bool {
    contains(server) || contains(Endpoint(server.address, port: 0))
  }
}
