internal import Configuration
internal import Host
internal import Model
internal import VRRP

extension RouterDriver {
  /// Brings the routers to a new configuration; one that is the same but for its details keeps its role.
  func configure(_ prepared: PreparedRouters) {
    do throws(Failure) {
      var next: [RunningGroup] = []
      var isNew: [Bool] = []
      for members in prepared.groups {
        let known = groups.first { $0.isSame(as: members) }
        if let known { next.append(known) } else { next.append(try RunningGroup(members)) }
        isNew.append(known == nil)
      }
      // What goes, goes first: its addresses may be another's from now on.
      for group in groups where !next.contains(where: { $0 === group }) { tell(.stop, to: group) }
      groups = next
      for (group, members) in zip(next, prepared.groups) { try update(group, members) }
      // So that what was just taken off an interface is nobody's leftover.
      followHost()
      start(zip(next, isNew).filter(\.1).map(\.0))
    } catch {
      // The reader lets no such file through; what runs, runs on.
      report(.routersNotConfigured(error))
    }
  }

  private func update(_ group: RunningGroup, _ prepared: [PreparedRouters.Member]) throws(Failure) {
    for (index, next) in prepared.enumerated() {
      // A key may have changed in a file that is called as before.
      rekey(group, member: index, to: next.hmac)
      guard group.members[index].configuration != next.configuration else { continue }
      let own = group.members[index].reception.ownAddress
      let settings = try next.configuration.settings(ownAddress: own)
      // Those that go, and those whose prefix has another length: to the kernel they are others, to the election not.
      let gone = group.members[index].configuration.addresses.filter {
        !next.configuration.addresses.contains($0)
      }
      if group.routers.role == .active { remove(gone.map(\.address), of: index, in: group) }
      group.members[index].configuration = next.configuration
      group.members[index].reception = next.configuration.reception(of: settings)
      tell(.configure(settings), to: group, member: index)
    }
  }

  /// Takes other keys, with the memory of what was sent and accepted, if there is one: they change without a gap.
  private func rekey(_ group: RunningGroup, member index: Int, to next: HMACAuthentication?) {
    guard let next, var known = group.members[index].hmac else {
      group.members[index].hmac = next
      return
    }
    (known.keys, known.mode, known.window) = (next.keys, next.mode, next.window)
    group.members[index].hmac = known
  }
}
