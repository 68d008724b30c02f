/// The forwarding table: virtual services, each with its real servers.
///
/// The desired table and the kernel's are values of this one type, so that their difference is a plan.
public struct ForwardingTable: Hashable, Sendable {
  /// A service with its servers, by endpoint.
  public struct Entry: Hashable, Sendable {
    /// The service.
    public var service: VirtualService
    /// Its servers, by what identifies them.
    public var servers: [Endpoint: RealServer]

    /// Makes an entry; of several servers with one endpoint the last one stays.
    public init(_ service: VirtualService, servers: [RealServer] = []) {
      self.service = service
      self.servers = Dictionary(servers.map { ($0.endpoint, $0) }) { $1 }
    }

    /// The servers in the order of their endpoints.
    public var sortedServers: [RealServer] { servers.values.sorted { $0.endpoint < $1.endpoint } }
  }

  /// The services, by what identifies them.
  public var entries: [ServiceKey: Entry]

  /// Makes a table; of several entries with one key the last one stays.
  public init(_ entries: [Entry] = []) {
    self.entries = Dictionary(entries.map { ($0.service.key, $0) }) { $1 }
  }

  /// The services in the order of their keys.
  public var sortedEntries: [Entry] { entries.values.sorted { $0.service.key < $1.service.key } }
}
