public import Model
package import Netlink

/// The kernel's IPVS, over one generic netlink socket.
///
/// It acts on the network namespace that the calling thread was in when it was made. Every call is synchronous:
/// the kernel works through a request before it returns. Nothing here is retried; a change whose answer was lost
/// is looked up in the table before it is called a failure.
public struct IPVSClient: ~Copyable {
  var netlink: GenericNetlink

  /// Opens the kernel's IPVS; the module is loaded by it.
  ///
  /// - Parameter receiveTimeout: how long to wait for an answer that does not come.
  /// - Throws: ``IPVSError`` with `moduleMissing` where the kernel has no IPVS.
  public init(receiveTimeout: Duration = .seconds(5)) throws(IPVSError) {
    do {
      let socket = try NetlinkSocket(receiveTimeout: receiveTimeout)
      netlink = try GenericNetlink(family: "IPVS", version: 1, over: socket)
    } catch {
      throw IPVSError(.open, "IPVS", error)
    }
  }

  /// Speaks over a transport that tests bring.
  package init(over transport: consuming any NetlinkTransport & ~Copyable) throws(IPVSError) {
    do {
      netlink = try GenericNetlink(family: "IPVS", version: 1, over: transport)
    } catch {
      throw IPVSError(.open, "IPVS", error)
    }
  }

  // MARK: - Changes

  /// Has the kernel carry out changes in their order; one that fails stops no other.
  ///
  /// - Returns: one outcome per change, in the same order.
  public mutating func apply(_ changes: [TableChange]) -> [Result<Void, IPVSError>] {
    var outcomes = changes.map { change in
      change.objection.map { why -> Result<Void, IPVSError> in
        .failure(IPVSError(change.operation, change.object, .invalid(why)))
      } ?? .success(())
    }
    let valid = changes.indices.filter { if case .success = outcomes[$0] { true } else { false } }
    let answers = netlink.perform(valid.map { changes[$0].request })
    for (index, answer) in zip(valid, answers) {
      guard case .failure(let error) = answer else { continue }
      outcomes[index] = settle(changes[index], after: error)
    }
    return outcomes
  }

  /// Has the kernel carry out one change.
  public mutating func apply(_ change: TableChange) throws(IPVSError) {
    for outcome in apply([change]) { try outcome.get() }
  }

  /// Sets the counters of a service and its servers to zero, or all counters.
  public mutating func zero(_ key: ServiceKey? = nil) throws(IPVSError) {
    let request = GenericNetlink.Request(.zero) { writer in
      if let key { writer.nest(MessageAttribute.service) { key.encode(into: &$0) } }
    }
    try perform(request, .zero, key.map { "service \($0)" } ?? "all services")
  }

  /// Deletes all services, those of others too, and with them all connections.
  public mutating func flush() throws(IPVSError) {
    try perform(GenericNetlink.Request(.flush), .flush, "all services")
  }

  // MARK: - The table

  /// Every service with what it counted, in the kernel's order.
  public mutating func services() throws(IPVSError) -> [ServiceStatus] {
    var services: [ServiceStatus] = []
    do {
      try netlink.dump(.init(.getService)) { message throws(WireError) in
        try forEachAttribute(in: message) { type, nest throws(WireError) in
          guard type == MessageAttribute.service, let status = try ServiceStatus(decoding: nest) else {
            return
          }
          services.append(status)
        }
      }
    } catch {
      throw IPVSError(.readServices, "all services", error)
    }
    return services
  }

  /// One service with what it counted; nil where the kernel has none such.
  public mutating func service(_ key: ServiceKey) throws(IPVSError) -> ServiceStatus? {
    var status: ServiceStatus?
    let request = GenericNetlink.Request(.getService) { writer in
      writer.nest(MessageAttribute.service) { key.encode(into: &$0) }
    }
    do {
      try netlink.ask(request) { message throws(WireError) in
        try forEachAttribute(in: message) { type, nest throws(WireError) in
          if type == MessageAttribute.service { status = try ServiceStatus(decoding: nest) }
        }
      }
    } catch {
      let error = IPVSError(.readServices, "service \(key)", error)
      if error.reason == .noSuchService { return nil }
      throw error
    }
    return status
  }

  /// The servers of a service, in the kernel's order; none where there is no such service.
  public mutating func servers(of key: ServiceKey) throws(IPVSError) -> [ServerStatus] {
    var servers: [ServerStatus] = []
    let request = GenericNetlink.Request(.getDestination) { writer in
      writer.nest(MessageAttribute.service) { key.encode(into: &$0) }
    }
    do {
      try netlink.dump(request) { message throws(WireError) in
        try forEachAttribute(in: message) { type, nest throws(WireError) in
          guard type == MessageAttribute.destination else { return }
          servers.append(try ServerStatus(decoding: nest, serviceFamily: key.family))
        }
      }
    } catch {
      throw IPVSError(.readServers, "servers of \(key)", error)
    }
    return servers
  }

  /// Every service with its servers, in the kernel's order.
  ///
  /// The kernel answers a dump of the servers of a missing service with an empty one, and a dump that others delete
  /// under skips entries: a service that shows no servers is therefore asked for once more.
  public mutating func snapshot() throws(IPVSError) -> [ServiceSnapshot] {
    var snapshots: [ServiceSnapshot] = []
    for status in try services() {
      let servers = try servers(of: status.service.key)
      if servers.isEmpty, try service(status.service.key) == nil { continue }
      snapshots.append(ServiceSnapshot(status, servers: servers))
    }
    return snapshots
  }

  /// The configuration of every service and server.
  public mutating func table() throws(IPVSError) -> ForwardingTable {
    ForwardingTable(try snapshot().map(\.entry))
  }

  // MARK: - Settings

  /// What the kernel's IPVS says of itself.
  public mutating func info() throws(IPVSError) -> KernelInfo {
    var info: KernelInfo?
    do {
      try netlink.ask(.init(.getInfo)) { message throws(WireError) in info = try KernelInfo(decoding: message)
      }
    } catch {
      throw IPVSError(.readInfo, "IPVS", error)
    }
    guard let info else { throw IPVSError(.readInfo, "IPVS", .unconfirmed) }
    return info
  }

  /// How long idle connections are remembered, in seconds.
  public mutating func timeouts() throws(IPVSError) -> ConnectionTimeouts {
    var timeouts = ConnectionTimeouts()
    do {
      try netlink.ask(.init(.getConfig)) { message throws(WireError) in
        timeouts = try ConnectionTimeouts(decoding: message)
      }
    } catch {
      throw IPVSError(.readTimeouts, "time-outs", error)
    }
    return timeouts
  }

  /// Sets how long idle connections are remembered; 0 leaves a value as it is.
  public mutating func setTimeouts(_ timeouts: ConnectionTimeouts) throws(IPVSError) {
    guard max(timeouts.tcp, timeouts.tcpFin, timeouts.udp) <= ConnectionTimeouts.maximum else {
      throw IPVSError(
        .setTimeouts, "time-outs", .invalid("a time-out must be 0 to \(ConnectionTimeouts.maximum) seconds"))
    }
    try perform(.init(.setConfig) { timeouts.encode(into: &$0) }, .setTimeouts, "time-outs")
  }

  // MARK: - Connection synchronisation

  /// The sync daemons that run: none, one, or one of each role.
  public mutating func syncDaemons() throws(IPVSError) -> [SyncDaemon] {
    var daemons: [SyncDaemon] = []
    do {
      try netlink.dump(.init(.getDaemon)) { message throws(WireError) in
        try forEachAttribute(in: message) { type, nest throws(WireError) in
          if type == MessageAttribute.daemon { daemons.append(try SyncDaemon(decoding: nest)) }
        }
      }
    } catch {
      throw IPVSError(.readSyncDaemons, "sync daemons", error)
    }
    return daemons
  }

  /// Starts a sync daemon.
  public mutating func start(_ daemon: SyncDaemon) throws(IPVSError) {
    let object = "sync daemon \(daemon.role)"
    if let why = daemon.objection { throw IPVSError(.startSyncDaemon, object, .invalid(why)) }
    let request = GenericNetlink.Request(.newDaemon) { writer in
      writer.nest(MessageAttribute.daemon) { daemon.encode(into: &$0) }
    }
    try perform(request, .startSyncDaemon, object, interface: daemon.interface) { client throws(IPVSError) in
      try client.syncDaemons().contains { $0.role == daemon.role && $0.syncID == daemon.syncID }
    }
  }

  /// Stops a sync daemon.
  ///
  /// The kernel gives no answer at all when the daemon's thread had not begun to run; it is gone all the same.
  public mutating func stopSyncDaemon(_ role: SyncDaemon.Role) throws(IPVSError) {
    let request = GenericNetlink.Request(.deleteDaemon) { writer in
      writer.nest(MessageAttribute.daemon) { $0.uint32(DaemonAttribute.state, role.rawValue) }
    }
    try perform(request, .stopSyncDaemon, "sync daemon \(role)") { client throws(IPVSError) in
      try !client.syncDaemons().contains { $0.role == role }
    }
  }
}
