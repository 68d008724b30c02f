internal import Host
internal import IPVS
internal import Logging
internal import Model

/// What is said of source NAT, kernel parameters, the connection sync and the clients.
extension DaemonEvent {
  private enum Kinds {
    static let packetFilterRepaired = Kind(
      name: "packet-filter-repaired", messageID: "e42f96dce9aa4e42bb6014f034e64eef")
    static let packetFilterFailed = Kind(
      name: "packet-filter-failed", messageID: "a389bdb9213c18e80471e1d45bc2ce54")
    static let parameterSet = Kind(name: "parameter-set", messageID: "28f430ea813821ebe0a9eecb9fb82a03")
    static let parameterRefused = Kind(
      name: "parameter-refused", messageID: "b814217f6e943300a2eca227ba3ba23a")
    static let syncStarted = Kind(name: "sync-started", messageID: "f4017826e2ee663bd057f943c904c36d")
    static let syncStopped = Kind(name: "sync-stopped", messageID: "14c2547369304cf13b97974834c63b49")
    static let syncFailed = Kind(name: "sync-failed", messageID: "3d0731ae53bddb2008d3cc204cffd137")
    static let clientsReset = Kind(name: "clients-reset", messageID: "40d88498f739777980da79fd06f47eb2")
    static let clientsNudged = Kind(
      name: "clients-nudged", messageID: "b84f96fe08225b4b1163240d2d315699")
    static let nudgeFailed = Kind(name: "nudge-failed", messageID: "75d59555412028e198ed9ba8036feb9e")
    static let connectionsUnreadable = Kind(
      name: "connections-unreadable", messageID: "3122015857c0de7d05c34f502856366e")
  }

  // MARK: - Packet filter and parameters

  /// Somebody else changed or deleted the table, and it is right again.
  static func packetFilterRepaired() -> DaemonEvent {
    DaemonEvent(
      Kinds.packetFilterRepaired, .warning,
      "somebody changed the packet filter's table inet pintle: it is right again")
  }

  /// The rules could not be applied.
  static func packetFilterFailed(_ why: String) -> DaemonEvent {
    DaemonEvent(
      Kinds.packetFilterFailed, .error,
      "cannot program the packet filter's table inet pintle: \(why); clients of services with sourceNAT cannot connect",
      [.reason: why])
  }

  /// A kernel parameter was set.
  static func parameterSet(_ name: String, from: String, to value: String) -> DaemonEvent {
    let name = name.dotted
    return DaemonEvent(
      Kinds.parameterSet, .notice, "set \(name) to \(value); it was \(from)", [.change: "\(name) = \(value)"])
  }

  /// A kernel parameter has again what it had before.
  static func parameterSetBack(_ name: String, to value: String) -> DaemonEvent {
    let name = name.dotted
    return DaemonEvent(
      Kinds.parameterSet, .notice, "set \(name) back to \(value)", [.change: "\(name) = \(value)"])
  }

  /// A kernel parameter is wrong and cannot be set.
  static func parameterRefused(_ name: String, is current: String?, wanted: String, _ why: String)
    -> DaemonEvent
  {
    let name = name.dotted
    return DaemonEvent(
      Kinds.parameterRefused, .warning,
      "cannot set \(name) to \(wanted)\(current.map { ", it is \($0)" } ?? ""): \(why) (try: sysctl -w '\(name)=\(wanted)')",
      [.change: "\(name) = \(wanted)", .reason: why])
  }

  // MARK: - Connection sync

  /// A half of the connection sync runs.
  static func syncStarted(_ daemon: SyncDaemon) -> DaemonEvent {
    let what = daemon.role == .master ? "telling connections to" : "taking connections from"
    return DaemonEvent(
      Kinds.syncStarted, .notice,
      "\(what) the other director on \(daemon.interface), sync id \(daemon.syncID)",
      [.interface: daemon.interface, .role: daemon.role.description])
  }

  /// A half of the connection sync runs no more.
  static func syncStopped(_ role: SyncDaemon.Role) -> DaemonEvent {
    let what = role == .master ? "telling connections to" : "taking connections from"
    return DaemonEvent(
      Kinds.syncStopped, .notice, "stopped \(what) the other director", [.role: role.description])
  }

  /// The sync daemons are not as they should be.
  static func syncFailed(_ error: IPVSError) -> DaemonEvent {
    DaemonEvent(
      Kinds.syncFailed, .error,
      "cannot \(error.operation.rawValue): \(error); connections would not survive this director's loss",
      [.reason: error.reason.description])
  }

  /// The peer cannot be told of what the kernel has not told it yet.
  static func syncFailed(_ error: SystemError) -> DaemonEvent {
    DaemonEvent(
      Kinds.syncFailed, .error,
      "cannot tell the peer of the last connections: \(error); those of the last three seconds may end with the handover",
      [.reason: error.description])
  }

  // MARK: - Clients

  /// The clients of a dead server are told; those of a server that went while the peer had the address, if it has not
  /// told them.
  static func clientsReset(_ count: Int, of server: Endpoint, whilePeerHadAddress: Bool) -> DaemonEvent {
    let clients = "\(count == 1 ? "1 client" : "\(count) clients") of server \(server)"
    return DaemonEvent(
      Kinds.clientsReset, .notice,
      whilePeerHadAddress
        ? "resetting \(clients), which went while the peer had the address, if the peer has not"
        : "resetting \(clients)",
      [.server: server.description, .count: "\(count)"])
  }

  /// The clients of the other director's connections are asked to speak.
  static func clientsNudged(_ count: Int) -> DaemonEvent {
    DaemonEvent(
      Kinds.clientsNudged, .notice,
      "taking over \(count == 1 ? "1 source-NATed connection" : "\(count) source-NATed connections") of the other director",
      [.count: "\(count)"])
  }

  /// No client can be told.
  static func nudgeFailed(_ why: String) -> DaemonEvent {
    DaemonEvent(
      Kinds.nudgeFailed, .error,
      "cannot tell clients of what became of their connections: \(why)",
      [.reason: why])
  }

  /// The connections cannot be read.
  static func connectionsUnreadable(_ error: IPVSError) -> DaemonEvent {
    DaemonEvent(
      Kinds.connectionsUnreadable, .error, "cannot \(error.operation.rawValue): \(error)",
      [.reason: error.reason.description])
  }

  /// There are more connections than the kernel lists in the time that there is.
  static func connectionsNotAllRead(within time: Duration) -> DaemonEvent {
    DaemonEvent(
      Kinds.connectionsUnreadable, .error,
      "the kernel does not list its connections within \(time): some clients are not told of what becomes of theirs",
      [.reason: "too many connections"])
  }
}

extension String {
  /// A parameter as sysctl(8) calls it.
  fileprivate var dotted: String { replacing("/", with: ".") }
}
