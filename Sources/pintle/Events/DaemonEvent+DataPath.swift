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
    static let syncDisablesOthers = Kind(
      name: "sync-disables-others", messageID: "e7c25d0b91f34a6ea8d4120c6f5b73a9")
    static let clientsReset = Kind(name: "clients-reset", messageID: "40d88498f739777980da79fd06f47eb2")
    static let clientsNudged = Kind(
      name: "clients-nudged", messageID: "b84f96fe08225b4b1163240d2d315699")
    static let clientsUnknown = Kind(
      name: "clients-unknown", messageID: "37490963bd0340c39f583c2e6d879314")
    static let nudgeFailed = Kind(name: "nudge-failed", messageID: "75d59555412028e198ed9ba8036feb9e")
    static let ownConnectionsEnded = Kind(
      name: "own-connections-ended", messageID: "5b1d0c2f7e9a4d0c9b3fa6b7c41e8d52")
    static let ownConnectionsStay = Kind(
      name: "own-connections-stay", messageID: "c0a9f2e4b6d84b17a3c5e1d07f3b9264")
    static let handshakesStay = Kind(name: "handshakes-stay", messageID: "a9e6d4f93da34e7cab514a58e474148b")
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

  /// While this director, a server itself, takes connections, the kernel directs nothing for anybody.
  static func syncDisables(_ count: Int, first: ServiceKey) -> DaemonEvent {
    DaemonEvent(
      Kinds.syncDisablesOthers, .critical,
      "\(count == 1 ? "1 service" : "\(count) services") of others on this host, such as \(first), "
        + "\(count == 1 ? "is" : "are") not directed until this director is Active (net.ipv4.vs.backup_only): "
        + "have kube-proxy use iptables or nftables, or, with nat only, leave out connectionSync",
      [.count: "\(count)"])
  }

  // MARK: - Clients

  /// Why clients lose their server.
  enum ClientLoss {
    /// It is dead.
    case isDead
    /// It went while the peer had the address, which may have told them.
    case diedElsewhere
    /// It is this host, whose sockets know the clients by what the peer translated.
    case isThisHost
  }

  /// The clients of a server are told that they have lost it.
  static func clientsReset(_ count: Int, of server: Endpoint, _ loss: ClientLoss) -> DaemonEvent {
    let why =
      switch loss {
      case .isDead: ""
      case .diedElsewhere: ", which went while the peer had the address, if the peer has not"
      case .isThisHost: ", which is this host itself, and knows them by what the peer translated"
      }
    return DaemonEvent(
      Kinds.clientsReset, .notice,
      "resetting \(count == 1 ? "1 client" : "\(count) clients") of server \(server)\(why)",
      [.server: server.description, .count: "\(count)"])
  }

  /// The clients of the other director's connections are asked to speak.
  static func clientsNudged(_ count: Int) -> DaemonEvent {
    DaemonEvent(
      Kinds.clientsNudged, .notice,
      "taking over \(count == 1 ? "1 source-NATed connection" : "\(count) source-NATed connections") of the other director",
      [.count: "\(count)"])
  }

  /// A server speaks on connections that the other director has not told of.
  static func clientsUnknown(_ count: Int, of server: Endpoint) -> DaemonEvent {
    let connections = count == 1 ? "1 connection" : "\(count) connections"
    return DaemonEvent(
      Kinds.clientsUnknown, .notice,
      "server \(server) speaks on \(connections) that the other director has not told of: asking the clients whose it is",
      [.server: "\(server)", .count: "\(count)"])
  }

  /// The connection tracking cannot be brought to forget handshakes that the peer completes.
  static func handshakesStay(_ why: String) -> DaemonEvent {
    DaemonEvent(
      Kinds.handshakesStay, .warning,
      "cannot have the connection tracking forget unanswered handshakes: \(why); their clients may wait for two minutes "
        + "if the address is soon here again (is nf_conntrack_netlink there?)", [.reason: why])
  }

  /// No client can be told.
  static func nudgeFailed(_ why: String) -> DaemonEvent {
    DaemonEvent(
      Kinds.nudgeFailed, .error,
      "cannot tell clients of what became of their connections: \(why)",
      [.reason: why])
  }

  /// Connections of this host's own processes have ended, because the address that they are to came or went.
  static func ownConnectionsEnded(_ count: Int, areHere: Bool) -> DaemonEvent {
    DaemonEvent(
      Kinds.ownConnectionsEnded, .notice,
      "ended \(count == 1 ? "1 connection" : "\(count) connections") of this host's own processes to services, "
        + "whose address \(areHere ? "came here" : "went away"): they would have waited in vain",
      [.count: "\(count)"])
  }

  /// They cannot be ended.
  static func ownConnectionsStay(_ why: String) -> DaemonEvent {
    DaemonEvent(
      Kinds.ownConnectionsStay, .warning,
      "cannot end the connections of this host's own processes to services whose address came or went: \(why); "
        + "they wait until their own time-outs",
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
