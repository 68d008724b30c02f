internal import Configuration
internal import Host
internal import Logging
internal import Model
internal import Netlink

/// The interfaces with a virtual MAC address.
extension DaemonEvent {
  /// An interface was made for a router's addresses.
  static func router(_ router: VirtualRouterConfiguration, madeDevice device: MacvlanDevice) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-virtual-mac", messageID: "af390d6dc89cdca98cc229bc51bbc9ac"), .info,
      "\(router.name): made \(device.name) with \(device.hardwareAddress) on \(router.interface) for its addresses",
      [.router: router.name, .interface: router.interface])
  }

  /// An interface of a router that is no more was removed.
  static func removedDevice(_ name: String) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-virtual-mac-removed", messageID: "b42c0b0c74f8dbafc97b9078c17390cc"), .info,
      "removed \(name)", [.interface: name])
  }

  /// An interface of a router that is no more stays.
  static func cannotRemoveDevice(_ name: String, _ error: NetlinkError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-virtual-mac-failed", messageID: "a6f0002f1d9594b0169115f50f82e917"), .error,
      "cannot remove \(name): \(error) (try: ip link delete \(name))", [.interface: name])
  }

  /// An interface with a virtual MAC address does not go up or down.
  static func router(
    _ router: VirtualRouterConfiguration, cannotTake name: String, up isUp: Bool, _ error: NetlinkError
  ) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "router-virtual-mac-failed", messageID: "a6f0002f1d9594b0169115f50f82e917"), .error,
      "\(router.name): cannot take \(name) \(isUp ? "up" : "down"): \(error)"
        + (isUp ? "; the peer may take over (has another one on \(router.interface) the same address?)" : ""),
      [.router: router.name, .interface: name])
  }
}
