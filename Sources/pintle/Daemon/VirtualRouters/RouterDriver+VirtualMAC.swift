internal import Configuration
internal import Glibc
internal import Host
internal import Model
internal import Netlink
internal import VRRP

//  In Backup the interface with the virtual MAC address is down: this host says nothing from that address, which would
//  draw the switches' attention away from the Active router, and the Active router's advertisements, which come from it,
//  are the lower interface's. While Active it is up, and a rival's advertisements are its own.

extension RouterDriver {
  /// How soon making an interface is tried again, in nanoseconds.
  private static let deviceRetryDelay: Int64 = 1_000_000_000

  /// Makes or adopts the interface that a router's addresses live on, where that is not its own interface.
  ///
  /// - Throws: where the kernel refuses: without it the router cannot be Active.
  func prepareDevice(of index: Int, in group: RunningGroup, on link: Host.Link) throws(NetlinkError) {
    let router = group.members[index].configuration
    guard let device = router.device(on: link.index) else { return }
    do throws(NetlinkError) {
      if let other = table.link(named: device.name), !device.matches(other) {
        try devices.remove(index: other.index)
        try table.follow()
      }
      if table.link(named: device.name) == nil {
        try devices.add(device)
        try table.follow()
        report(.router(router, madeDevice: device))
      }
    } catch {
      reassessAt = BootClock.now + Self.deviceRetryDelay
      throw error
    }
    guard let found = table.link(named: device.name) else { return }
    if group.members[index].virtualLink?.index != found.index { setParameters(of: device, for: router) }
    group.members[index].virtualLink = found
    takeDevice(of: index, in: group, up: group.routers.members[index].role == .active)
  }

  private func setParameters(of device: MacvlanDevice, for router: VirtualRouterConfiguration) {
    for (path, value) in device.parameters(router.family) {
      // A kernel without IPv6 has none of its parameters, and needs none.
      guard let current = try? Sysctl(path).read(), current != value else { continue }
      do throws(SystemError) {
        try Sysctl(path).write(value)
      } catch {
        report(.parameterRefused(path, is: current, wanted: value, error.description))
      }
    }
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

  /// Removes the interfaces of routers that are no more, or that have no virtual MAC address any more.
  func removeUnneededDevices() {
    let wanted = Set(groups.flatMap(\.members).compactMap { $0.virtualLink?.index })
    for link in table.links.values
    where MacvlanDevice.isVirtualRouter(link) && !wanted.contains(link.index) {
      do throws(NetlinkError) {
        try devices.remove(index: link.index)
        report(.removedDevice(link.name))
      } catch {
        report(.cannotRemoveDevice(link.name, error))
      }
    }
    keepParameters()
  }

  /// Sets the parameters of the interfaces below, and sets back those of interfaces that have nothing on them any more.
  func keepParameters() {
    var wanted: [String: String] = [:]
    for member in groups.flatMap(\.members) where member.virtualLink != nil && member.link != nil {
      wanted.merge(MacvlanDevice.parameters(below: member.configuration.interface)) { $1 }
    }
    guard wanted != keptParameters else { return }
    keptParameters = wanted
    for outcome in parameters.keep(wanted) {
      switch outcome {
      case .set(let name, let from, let to): report(.parameterSet(name, from: from, to: to))
      case .setBack(let name, let value): report(.parameterSetBack(name, to: value))
      case .refused(let name, let current, let wanted, let error):
        report(.parameterRefused(name, is: current, wanted: wanted, error.description))
      }
    }
  }
}
