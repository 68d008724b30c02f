internal import Configuration
internal import Host
internal import Logging
internal import Model
internal import Netlink
internal import VRRP

/// The virtual routers: who holds the addresses, and why.
extension DaemonEvent {
  /// A router's role changed.
  static func router(
    _ router: VirtualRouterConfiguration, _ transition: VirtualRouter.Transition
  ) -> DaemonEvent {
    let reason = transition.reason.text
    var fields = fields(of: router)
    fields[.role] = transition.to.rawValue
    fields[.reason] = reason
    fields[.peer] = transition.reason.peer?.description
    switch transition.to {
    case .active:
      return DaemonEvent(
        Kind(name: "router-active", messageID: "1fb2ef378e05cc4d8666b5f43b08dcf6"), .notice,
        "\(router.name): Active, holds \(router.addressText): \(reason)", fields)
    case .backup:
      return DaemonEvent(
        Kind(name: "router-backup", messageID: "db971572d3decd3205c46348df508cfa"), .notice,
        "\(router.name): Backup\(transition.from == .active ? ", released \(router.addressText)" : ""): \(reason)",
        fields)
    case .initialize:
      let isFault = if case .fault = transition.reason { true } else { false }
      return DaemonEvent(
        Kind(name: "router-out", messageID: "f1555d248fd6e08436d1c1369b9ef807"), isFault ? .error : .notice,
        "\(router.name): takes no part\(transition.from == .active ? ", released \(router.addressText)" : "")"
          + ": \(reason)",
        fields)
    }
  }

  /// Something about a peer that an operator wants to know.
  static func router(
    _ router: VirtualRouterConfiguration, _ notice: VirtualRouter.Notice
  ) -> DaemonEvent {
    var fields = fields(of: router)
    fields[.peer] = notice.peer?.description
    func event(_ name: String, _ messageID: String, _ level: Logger.Level, _ text: String) -> DaemonEvent {
      DaemonEvent(Kind(name: name, messageID: messageID), level, "\(router.name): \(text)", fields)
    }
    switch notice {
    case .addressesDiffer(let peer, let addresses):
      return event(
        "router-addresses-differ", "31cf3664c005a6c9c7c8831b6b08566d", .warning,
        "\(peer) floats other addresses (\(addresses.map(\.description).joined(separator: ", "))): "
          + "make the configurations equal")
    case .intervalDiffers(let peer, let interval):
      return event(
        "router-interval-differs", "2377a0162aa98dc7d45c9ca36aa4dee5", .notice,
        "\(peer) advertises every \(interval), this router every "
          + "\(router.advertisementInterval.nanoseconds / 1_000_000) ms: make the configurations equal")
    case .ownerConflict(let peer):
      return event(
        "router-owner-conflict", "ddeda5b2e3c81dedad374f2aeaf0a6bb", .error,
        "\(peer) says as well that it owns the addresses: give one of the routers a priority below 255")
    case .rival(let peer):
      return event(
        "router-rival", "e04184d00a02a2540b07142002e72ec0", .warning,
        "\(peer.address) with priority \(peer.priority) says that it is Active as well, and was answered: "
          + "the two did not hear each other (does a firewall or the link drop VRRP?)")
    case .releaseIgnored(let peer):
      return event(
        "router-release-ignored", "fcd60cd015dbc95586b43ee04094d117", .info,
        "\(peer) released the addresses, and was not the Active router")
    case .lateTimer(let lateness):
      return event(
        "router-late", "20d7dbdfc6dd189b197c15aed29927d4", .warning,
        "this host slept or was too busy for \(lateness.shown): it listens once more before it claims anything"
      )
    }
  }

  /// A message was not believed; told once a minute and reason.
  static func router(
    _ router: VirtualRouterConfiguration, rejects rejection: Rejection, from source: IPAddress
  ) -> DaemonEvent {
    var fields = fields(of: router)
    fields[.peer] = source.description
    fields[.reason] = rejection.label.rawValue
    let isMistake = rejection.suggestsMisconfiguration
    let remedy =
      rejection.label == .staleTrailer
      ? "set the clocks of both hosts (chrony)" : "make the configurations equal"
    return DaemonEvent(
      Kind(name: "router-rejects", messageID: "01224ee7246a8977a2ba92b827713390"),
      isMistake ? .error : .warning,
      "\(router.name): an advertisement of \(source) is not believed: \(rejection)"
        + (isMistake ? "; both may be Active: \(remedy)" : ""), fields)
  }

  /// A group was started, and cannot take part yet.
  static func group(_ routers: [VirtualRouterConfiguration], waitsFor faults: [String]) -> DaemonEvent {
    var fields = routers.first.map { Self.fields(of: $0) } ?? [:]
    fields[.role] = VirtualRouter.Role.initialize.rawValue
    fields[.reason] = faults.joined(separator: "; ")
    return DaemonEvent(
      Kind(name: "router-waits", messageID: "54aa66d4d5d03ad4222a0425f0194c4d"), .warning,
      "\(names(of: routers)): takes no part yet: \(faults.joined(separator: "; "))",
      fields)
  }

  /// Something outside changes a group's priority, or does so no longer.
  static func group(
    _ routers: [VirtualRouterConfiguration], hasPriority priority: Priority, because reason: String,
    isOver: Bool
  ) -> DaemonEvent {
    var fields = routers.first.map { Self.fields(of: $0) } ?? [:]
    fields[.reason] = reason
    let configured = routers.first?.priority ?? priority.value
    let change = priority.value == configured ? "\(priority) again" : "\(priority) instead of \(configured)"
    return DaemonEvent(
      Kind(name: "router-priority", messageID: "4b91935d74e5ecb2b36ebbcd0a0d8ad6"),
      isOver ? .notice : .warning,
      "\(names(of: routers)): priority \(change)\(isOver ? "; no longer" : ""): \(reason)", fields)
  }

  /// A group takes its addresses from no peer that lives, or does so again.
  static func group(
    _ routers: [VirtualRouterConfiguration], preemptsNobody reason: String, isOver: Bool
  ) -> DaemonEvent {
    var fields = routers.first.map { Self.fields(of: $0) } ?? [:]
    fields[.reason] = reason
    return DaemonEvent(
      Kind(name: "router-preempts-nobody", messageID: "9a5d3be1c0f84e67a2b7d46f1e83c509"), .info,
      "\(names(of: routers)): takes over \(isOver ? "as ever; no longer" : "from a silent peer only"): \(reason)",
      fields)
  }

  /// The operator had a group give its addresses to the peer.
  static func handedOver(_ routers: [VirtualRouterConfiguration]) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-handed-over", messageID: "9049fd4eb05b4f3780421fd63e136486"), .notice,
      "\(names(of: routers)): handed over: takes the addresses only if nobody else does, until 'pintle resume'",
      routers.first.map { Self.fields(of: $0) } ?? [:])
  }

  /// The operator had a group take part again.
  static func resumed(_ routers: [VirtualRouterConfiguration], with priority: Priority) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-resumed", messageID: "ec1a1464bc594c8d99bb0bbad81bcdd7"), .notice,
      "\(names(of: routers)): resumed: takes part with priority \(priority) again",
      routers.first.map { Self.fields(of: $0) } ?? [:])
  }

  private static func names(of routers: [VirtualRouterConfiguration]) -> String {
    routers.map(\.name).joined(separator: ", ")
  }

  /// The operator's program was not told, or failed.
  static func router(_ router: VirtualRouterConfiguration, notifyFailed reason: String) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-notify-failed", messageID: "7180e4b9d9c56038d3754af48ddc7803"), .warning,
      "\(router.name): \(router.notify.first ?? "its program"): \(reason)",
      fields(of: router, because: reason))
  }

  /// A script cannot be run at all.
  static func router(
    _ router: VirtualRouterConfiguration, cannotWatch script: String, _ error: SystemError
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-notify-failed", messageID: "7180e4b9d9c56038d3754af48ddc7803"), .warning,
      "\(router.name): script \(script) is not run, and counts as succeeding: \(error); reload once the host has room",
      fields(of: router, because: error.description))
  }

  // MARK: - All of them

  /// The thread of the virtual routers ended by itself.
  static func routersFailed(_ error: SystemError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "routers-failed", messageID: "1e9528bf392fab8d37d2c2803c81a379"), .critical,
      "the virtual routers have stopped: \(error); restart the daemon", [.reason: error.description])
  }

  /// A new configuration of virtual routers is not taken over.
  static func routersNotConfigured(_ failure: Failure) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "routers-not-configured", messageID: "83f38452d6b31fb5f33ebff8212a8570"), .error,
      "the virtual routers stay as they were: \(failure)", [.reason: failure.description])
  }

  /// What tells a router from the others.
  static func fields(of router: VirtualRouterConfiguration, because reason: String? = nil) -> [Field: String]
  {
    var fields: [Field: String] = [.router: router.name, .interface: router.interface]
    fields[.reason] = reason
    return fields
  }
}

extension VirtualRouterConfiguration {
  /// The addresses, or how many there are.
  fileprivate var addressText: String {
    addresses.count > 4
      ? "\(addresses.count) addresses" : addresses.map(\.description).joined(separator: ", ")
  }
}

extension VirtualRouter.Reason {
  /// The reason in words.
  var text: String {
    switch self {
    case .started: "started"
    case .stopped: "stopped"
    case .owner: "it owns the addresses"
    case .silence(let peer?): "\(peer) is silent"
    case .silence(nil): "nobody else is there"
    case .inferior(let peer): "it preempts \(peer.address), which has priority \(peer.priority)"
    case .released(let peer): "\(peer) released them"
    case .superior(let peer): "\(peer.address) has priority \(peer.priority)"
    case .fault(let names): names.joined(separator: "; ")
    case .recovered: "all is well again"
    case .stalled(let duration): "this host slept or was too busy for \(duration.shown)"
    case .handedOver: "handed over"
    case .group: "its group moved"
    }
  }

  /// The router that it speaks of.
  fileprivate var peer: IPAddress? {
    switch self {
    case .silence(let peer): peer
    case .released(let peer): peer
    case .superior(let peer), .inferior(let peer): peer.address
    default: nil
    }
  }
}

extension VirtualRouter.Notice {
  /// The router that it speaks of.
  fileprivate var peer: IPAddress? {
    switch self {
    case .addressesDiffer(let peer, _), .intervalDiffers(let peer, _), .ownerConflict(let peer),
      .releaseIgnored(let peer):
      peer
    case .rival(let peer): peer.address
    case .lateTimer: nil
    }
  }
}

extension Duration {
  /// In milliseconds, or in seconds where those would be many.
  fileprivate var shown: String {
    let milliseconds = nanoseconds / 1_000_000
    return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
  }
}
