internal import Configuration
internal import Glibc
internal import Host
internal import Logging
internal import Netlink

/// What this host keeps from virtual routers: to be heard, to hear, to know their interfaces, and to be in time.
extension DaemonEvent {
  /// Advertisements do not leave.
  static func router(
    _ router: VirtualRouterConfiguration, cannotSend error: SystemError
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-mute", messageID: "b55e90ab76d46f7d02efc91201967835"), .error,
      "\(router.name): an advertisement did not leave \(router.interface): \(error) (does the firewall drop IP "
        + "protocol 112, or is the interface's queue full?)", fields(of: router, because: error.description))
  }

  /// The socket of an interface cannot be opened, or not join the group.
  static func router(
    _ router: VirtualRouterConfiguration, cannotListen error: SystemError
  ) -> DaemonEvent {
    let limit: String? =
      switch error.number {
      case EMFILE: "the unit's LimitNOFILE="
      case ENFILE: "fs.file-max"
      case ENOBUFS: "net.ipv4.igmp_max_memberships"
      case ENOMEM: "net.core.optmem_max, or memory"
      default: nil
      }
    return DaemonEvent(
      Kind(name: "router-deaf", messageID: "7dd7fccfdd281b07ae1ee93dc1b46b9f"), .critical,
      "\(router.name): cannot listen on \(router.interface): \(error); takes no part until it can, and tries "
        + "again every second\(limit.map { " (is \($0) too low?)" } ?? "")",
      fields(of: router, because: error.description))
  }

  /// The socket of an interface is open after all.
  static func hearsAgain(_ router: VirtualRouterConfiguration) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-hears", messageID: "1336632094964f8fb3e91d13a5e1509e"), .notice,
      "\(router.name): listens on \(router.interface) again", fields(of: router))
  }

  /// Reading interfaces and addresses failed.
  static func hostUnreadable(_ error: NetlinkError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "host-unreadable", messageID: "886d4474af928270a50dfebf183f973d"), .error,
      "cannot read this host's interfaces and addresses: \(error); tried again every 100 ms, and until then "
        + "their changes go unseen", [.reason: "\(error)"])
  }

  /// The kernel told more changes than could be followed.
  static func hostReadAgain() -> DaemonEvent {
    DaemonEvent(
      Kind(name: "host-read-again", messageID: "06fc706fcc08548574a940d71761267e"), .notice,
      "changes of interfaces and addresses were lost; all of them are read again")
  }

  /// Other programs can make advertisements late.
  static func notScheduledInRealTime(_ error: SystemError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "not-real-time", messageID: "1b86ee848008c164823c5c50fd55039b"), .warning,
      "no real-time scheduling for the virtual routers: \(error); under load advertisements may be late "
        + "(LimitRTPRIO= in the unit grants it)", [.reason: error.description])
  }

  /// Memory pressure can make advertisements late.
  static func memoryNotLocked(_ error: SystemError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "memory-not-locked", messageID: "5378e5d953280cb99947517668920f78"), .warning,
      "memory is not locked: \(error); while the host swaps, advertisements may be late "
        + "(LimitMEMLOCK=infinity in the unit grants it)", [.reason: error.description])
  }
}
