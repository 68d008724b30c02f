internal import Configuration
internal import Host
internal import Model
internal import VRRP

extension RouterDriver {
  /// Brings the routers to a new configuration, for which interfaces have been prepared; one that is the same but for its
  /// details keeps its role.
  func configure(_ setups: [[RouterSetup]], _ outcome: VirtualMACKeeper.Outcome) {
    do throws(Failure) {
      var next: [RunningGroup] = []
      var isNew: [Bool] = []
      for setups in setups {
        let known = groups.first { $0.isSame(as: setups) }
        if let known { next.append(known) } else { next.append(try RunningGroup(setups)) }
        isNew.append(known == nil)
      }
      // What goes, goes first: its addresses may be another's from now on.
      for group in groups where !next.contains(where: { $0 === group }) { tell(.stop, to: group) }
      groups = next
      prepared = outcome
      // What no router needs any more goes.
      prepareAt = BootClock.now
      for (group, setups) in zip(next, setups) { try update(group, setups) }
      // What was just taken off an interface is nobody's leftover.
      followHost()
      start(zip(next, isNew).filter(\.1).map(\.0))
      noteHandedOver()
      reassess(groups)
    } catch {
      // The reader lets no such file through; what runs, runs on.
      report(.routersNotConfigured(error))
    }
  }

  private func update(_ group: RunningGroup, _ setups: [RouterSetup]) throws(Failure) {
    for (index, setup) in setups.enumerated() {
      let (old, next, hmac) = (group.members[index].configuration, setup.configuration, setup.hmac)
      // A key may be another one in the same file.
      if old == next, group.members[index].hmac?.keys == hmac?.keys { continue }
      let own = group.members[index].reception.ownAddress
      let settings = try next.settings(ownAddress: own)
      // What is removed altogether has its length of prefix in the old configuration.
      let removed = old.addresses.filter { network in
        !next.addresses.contains { $0.address == network.address }
      }
      if group.routers.role == .active { remove(removed.map(\.address), of: index, in: group) }
      group.members[index].configuration = next
      let replaced = old.addresses.filter { network in
        !next.addresses.contains(network) && next.addresses.contains { $0.address == network.address }
      }
      if group.routers.role == .active { replace(replaced, of: index, in: group) }
      group.members[index].reception = next.reception(of: settings)
      // With its memory of what was sent and accepted, if there was one: the keys change without a gap.
      if let hmac, var old = group.members[index].hmac {
        (old.keys, old.mode, old.window) = (hmac.keys, hmac.mode, hmac.window)
        group.members[index].hmac = old
      } else {
        group.members[index].hmac = hmac
      }
      tell(.configure(settings), to: group, member: index)
      // They may be held for another time now.
      if let link = group.members[index].holder, let networks = made[link.index] {
        guardAddresses(next.addresses.filter(networks.contains), on: link.index, of: index, in: group)
      }
    }
  }
}
