internal import Configuration
internal import Glibc
internal import Host
internal import Netlink
internal import VRRP

//  In Backup the interface with the virtual MAC address is down: this host says nothing from that address, which would
//  draw the switches' attention away from the Active router, and the Active router's advertisements, which come from it,
//  are the lower interface's. While Active it is up, and a rival's advertisements are its own.

extension RouterDriver {
  /// How soon making an interface is tried again, in nanoseconds.
  private static let deviceRetryDelay: Int64 = 1_000_000_000

  /// Takes up the interface that a router's addresses live on, where that is not its own interface.
  ///
  /// - Returns: why the router cannot be Active; nil: it can.
  func takeUpDevice(of index: Int, in group: RunningGroup, on link: Host.Link) -> String? {
    let router = group.members[index].configuration
    guard let device = router.device(on: link.index) else { return nil }
    let role = group.routers.members[index].role
    if let found = table.link(named: device.name), device.matches(found), prepared.ready.contains(found.index)
    {
      group.members[index].virtualLink = found
      takeDevice(of: index, in: group, up: role == .active)
      return nil
    }
    group.members[index].virtualLink = nil
    let failure = prepared.failures[router.name]
    prepareAt = prepareAt ?? BootClock.now + (failure == nil ? 0 : Self.deviceRetryDelay)
    if let failure { return "no interface for the virtual MAC address on \(link.name): \(failure)" }
    // Somebody has deleted it: it is back in no time, and the addresses with it.
    return role == .active ? nil : "the interface for the virtual MAC address on \(link.name) is being made"
  }

  /// Has the interfaces made that are missing, and those removed that no router needs; once somebody wants it.
  func keepDevices() {
    guard let time = prepareAt, !isPreparing else { return }
    guard time <= BootClock.now else { return lookAgain(at: time) }
    prepareAt = nil
    isPreparing = true
    keeper.keep(groups.flatMap(\.configurations), of: prepared.generation) { [inbox] in
      inbox.send(.devices($0))
    }
  }

  /// Takes in what has become of them.
  func take(_ outcome: VirtualMACKeeper.Outcome) {
    isPreparing = false
    // One of a configuration that is on its way comes with it.
    if outcome.generation == prepared.generation { prepared = outcome }
    followHost()
  }

  /// Takes the interface with the virtual MAC address up or down, where there is one.
  func takeDevice(of index: Int, in group: RunningGroup, up isUp: Bool) {
    guard let link = group.members[index].virtualLink, link.isUp != isUp else { return }
    do throws(NetlinkError) {
      try devices.set(index: link.index, isUp: isUp)
      group.members[index].virtualLink?.isUp = isUp
    } catch .refused(errno: ENODEV) {
      // Somebody deletes it, as the table will tell; then it is made anew.
      reassessAt = BootClock.now
    } catch {
      report(.router(group.members[index].configuration, cannotTake: link.name, up: isUp, error))
      guard isUp else { return }
      group.members[index].addressGuard.letGo(at: BootClock.now)
      reassessAt = BootClock.now
    }
  }
}
