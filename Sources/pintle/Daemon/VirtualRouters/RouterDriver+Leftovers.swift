internal import Configuration
internal import Host
internal import Model
internal import Netlink
internal import VRRP

/// Addresses that an earlier life of this daemon has left.
extension RouterDriver {
  /// Takes off what an earlier life of this daemon has left on the interface: nobody has two holders because of it.
  func removeLeftovers(of group: RunningGroup) {
    let host = host
    for index in group.members.indices {
      let router = group.members[index].configuration
      // On its interface and on the one with the virtual MAC address, whichever it used then.
      let own = group.members[index].link ?? table.link(named: router.interface)
      for link in [own, group.members[index].virtualLink] {
        guard let link else { continue }
        let leftovers = router.addresses.filter { host.has($0, on: link) && !host.isOwn($0, on: link) }
        if !leftovers.isEmpty { removeLeftovers(leftovers, from: link, of: index, in: group) }
      }
    }
  }

  private func removeLeftovers(
    _ leftovers: [IPNetwork], from link: Host.Link, of index: Int, in group: RunningGroup
  ) {
    let router = group.members[index].configuration
    // It was Active when it ended, and could not say so: a Backup need not wait for its silence.
    let settings = group.routers.members[index].settings
    if let release = Advertisement(
      version: settings.version, virtualRouter: settings.id, priority: .release,
      interval: settings.interval, addresses: settings.addresses)
    {
      send(release, of: index, in: group)
    }
    var removed: [IPNetwork] = []
    for (network, outcome) in zip(leftovers, addresses.remove(leftovers, from: link.index)) {
      switch outcome {
      case .success: removed.append(network)
      case .failure(let error):
        keepTrying(toRemove: network, from: link.index)
        report(.router(router, cannotRemove: network, error))
      }
    }
    if !removed.isEmpty { report(.router(router, removedLeftovers: removed)) }
  }

  /// Takes off what an earlier life has left where no router has its addresses now: its own is gone, or has moved.
  func removeOrphans() {
    var configured: [Int32: Set<IPNetwork>] = [:]
    for member in groups.flatMap(\.members) {
      for link in [table.link(named: member.configuration.interface), member.virtualLink] {
        guard let link else { continue }
        configured[link.index, default: []].formUnion(member.configuration.addresses)
      }
    }
    for (index, present) in table.addresses {
      let orphans = present.filter { $0.origin == Self.origin }.map(\.network).filter {
        configured[index]?.contains($0) != true
      }
      guard !orphans.isEmpty, let link = table.links[index] else { continue }
      var removed: [IPNetwork] = []
      for (network, outcome) in zip(orphans, addresses.remove(orphans, from: index)) {
        switch outcome {
        case .success: removed.append(network)
        case .failure(let error): report(.orphanStays(network, interface: link.name, error))
        }
      }
      if !removed.isEmpty { report(.removedOrphans(removed, interface: link.name)) }
    }
  }
}
