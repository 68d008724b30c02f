import Model

/// What the operator and the surroundings do to a router.
extension VirtualRouter {
  mutating func adjust(_ name: String, _ adjustment: Adjustment?, at now: Instant) -> [Action] {
    let before = priority
    let hadFaults = !faults.isEmpty
    adjustments[name] = adjustment
    let faults = faults
    if !faults.isEmpty { return leave(.fault(faults)) }
    if hadFaults { return isStarted ? enter(.recovered, at: now) : [] }
    // A Backup's timer depends on the priority and moves with it by itself.
    return priority == before ? [] : advertiseChange(at: now)
  }

  /// Releases the addresses, and keeps them until the successor speaks: there is no moment in which nobody has them.
  ///
  /// One that has not started yet starts as the last resort.
  mutating func handOver(at now: Instant) -> [Action] {
    guard !isHandedOver else { return [] }
    isHandedOver = true
    guard case .active(var active) = state else { return [] }
    active.advertised = now
    active.advertiseAt = now + settings.interval.nanoseconds
    active.answerAt = nil
    active.announcement = nil
    // By then every Backup has spoken, even one that heard no release. If none has, the addresses stay.
    active.releasesUntil = now + settings.interval.downNanoseconds(of: .lowest, in: settings.version)
    state = .active(active)
    // A member of a group that follows releases as well: every peer has a member that waits for it.
    return [.send(advertisement(.release))]
  }

  mutating func resume(at now: Instant) -> [Action] {
    guard isHandedOver else { return [] }
    isHandedOver = false
    if case .active(var active) = state, isReleasing {
      active.releasesUntil = nil
      active.announcement = refresh(after: now)
      state = .active(active)
    } else if case .backup(var backup) = state {
      // The preempt delay begins anew. The Active_Down_Timer does not: if nobody is there, it has run long enough.
      backup.since = now
      state = .backup(backup)
    }
    return advertiseChange(at: now)
  }

  mutating func configure(_ next: Settings, at now: Instant) -> [Action] {
    let old = settings
    settings = next
    guard case .active(var active) = state else { return [] }

    let added = next.addresses.list.filter { !old.addresses.list.contains($0) }
    let removed = old.addresses.list.filter { !next.addresses.list.contains($0) }
    if !added.isEmpty {
      active.announcement = announcementAfterBurst(at: now)
      state = .active(active)
    }
    var actions = old == next ? [] : advertiseChange(at: now)
    if !added.isEmpty { actions += [.addAddresses(added)] + burst(of: added) }
    if !removed.isEmpty { actions.append(.removeAddresses(removed)) }
    return actions
  }
}
