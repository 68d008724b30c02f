internal import Configuration
internal import Logging
internal import Model
internal import Netlink

/// The addresses of virtual routers on this host.
extension DaemonEvent {
  /// The kernel refused a virtual address.
  static func router(
    _ router: VirtualRouterConfiguration, cannotAdd network: IPNetwork, _ error: NetlinkError
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-address-refused", messageID: "0cf7e5ccd9c2c21561dc314bff9ea5c6"), .error,
      "\(router.name): cannot add \(network) to \(router.interface): \(error); the peer may take over",
      fields(of: router, because: "\(error)"))
  }

  /// A virtual address stays although it should go.
  static func router(
    _ router: VirtualRouterConfiguration, cannotRemove network: IPNetwork, _ error: NetlinkError
  ) -> DaemonEvent {
    DaemonEvent(
      stuck, .critical,
      "\(router.name): cannot remove \(network) from \(router.interface): \(error); tried again every second: "
        + "two hosts may hold it until then", fields(of: router, because: "\(error)"))
  }

  /// Addresses that could not be removed are gone.
  static func removedAtLast(_ networks: [IPNetwork], interface: String?) -> DaemonEvent {
    let place = interface.map { " from \($0)" } ?? ""
    return DaemonEvent(
      Kind(name: "router-address-gone", messageID: "6a37bc4971274c1eae25cf11dcefc8f9"), .notice,
      "removed \(networks.map(\.description).joined(separator: ", "))\(place) at last",
      interface.map { [.interface: $0] } ?? [:])
  }

  /// Somebody took virtual addresses away, and they are back.
  static func router(_ router: VirtualRouterConfiguration, restored addresses: [IPAddress]) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-address-restored", messageID: "95c9ce9a49a59820dbfe849be6cfece2"), .warning,
      "\(router.name): another program removed \(addresses.map(\.description).joined(separator: ", ")) "
        + "from \(router.interface); put back (does a network manager own the interface?)", fields(of: router)
    )
  }

  /// An earlier life of the daemon had left addresses.
  static func router(
    _ router: VirtualRouterConfiguration, removedLeftovers networks: [IPNetwork]
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-leftover", messageID: "deeb9b1e7f78eafd22912602ca77df17"), .notice,
      "\(router.name): removed \(networks.map(\.description).joined(separator: ", ")) from \(router.interface), "
        + "left from before, and told the peers", fields(of: router))
  }

  /// The interface of an Active router has another hardware address.
  static func router(
    _ router: VirtualRouterConfiguration, announcesAt hardwareAddress: MACAddress
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-announced", messageID: "2db3a559d0854938988b425a32144cbd"), .notice,
      "\(router.name): \(router.interface) has the hardware address \(hardwareAddress) now; told the neighbours",
      fields(of: router))
  }

  /// This host answers for a virtual address even while it is Backup.
  static func router(
    _ router: VirtualRouterConfiguration, findsAddressesElsewhere places: [String]
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-address-elsewhere", messageID: "775ab60684c4438ea7497795e580a6d3"), .warning,
      "\(router.name): \(places.joined(separator: ", ")): this host answers for it on \(router.interface) even as "
        + "Backup; remove it there, or set net.ipv4.conf.all.arp_ignore=1", fields(of: router))
  }

  /// An earlier life of the daemon had left addresses of routers that are no more, or are elsewhere.
  static func removedOrphans(_ networks: [IPNetwork], interface: String) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-orphan", messageID: "e368e24b781f16ae9104f3407c1d51e2"), .notice,
      "removed \(networks.map(\.description).joined(separator: ", ")) from \(interface): "
        + "virtual addresses that no router of the configuration has there any more", [.interface: interface])
  }

  /// A virtual address of a router that is no more, or is elsewhere, stays although it should go.
  static func orphanStays(
    _ network: IPNetwork, interface: String, _ error: NetlinkError
  ) -> DaemonEvent {
    DaemonEvent(
      stuck, .critical,
      "cannot remove \(network) from \(interface), where no router of the configuration has it any more: \(error); "
        + "remove it by hand: two hosts may hold it", [.interface: interface, .reason: "\(error)"])
  }

  /// The daemon was killed, and its guard cannot take an address off.
  static func staysAfterDeath(
    _ network: IPNetwork, interface: String, _ error: NetlinkError
  ) -> DaemonEvent {
    DaemonEvent(
      stuck, .critical,
      "the daemon died, and \(network) cannot be removed from \(interface): \(error); remove it by hand: two hosts may "
        + "hold it", [.interface: interface, .reason: "\(error)"])
  }

  private static let stuck = Kind(name: "router-address-stuck", messageID: "7d64748f67badd9009d9e1d0cff1a920")

  /// The daemon was killed, and its guard has taken off what it left.
  static func removedAfterDeath(_ networks: [IPNetwork], interface: String) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-guard-acted", messageID: "8f4f726c1a3bf1049e9e398169e1c5cf"), .warning,
      "the daemon died: removed \(networks.map(\.description).joined(separator: ", ")) from \(interface), "
        + "so that the peer alone has them; start the daemon again", [.interface: interface])
  }

  /// Nobody would take the addresses off, should the daemon be killed.
  static func notGuarded(_ reason: String) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-guard-missing", messageID: "31f2bae31988d375e08060faaa725c2b"), .warning,
      "there is no guard, `pintle guard`: \(reason); should this daemon be killed, its virtual addresses stay on this "
        + "host until it is started again (a restart of the daemon starts another guard)", [.reason: reason])
  }
}
