import Model

/// RFC 9568 §6.4.2.
extension VirtualRouter {
  mutating func handleTimer(of backup: Backup, at now: Instant) -> [Action] {
    let deadline = backup.deadline(of: priority, in: settings.version)
    guard now >= deadline else { return [] }

    // Late by so much, it slept while advertisements may have passed: nobody fell silent but itself.
    let lateness = now - deadline
    if lateness > backup.interval.downNanoseconds(of: priority, in: settings.version) {
      var backup = backup
      backup.heard = now
      backup.released = nil
      backup.holdUntil = nil
      state = .backup(backup)
      return report(.lateTimer(by: .nanoseconds(lateness)), at: now)
    }

    if backup.released != nil, let peer = backup.peer {
      return becomeActive(.released(by: peer.address), at: now)
    }
    // Heard since, and not obeyed: it is not silent, it has a lower priority.
    if let peer = backup.peer, backup.peerHeard > backup.heard {
      return becomeActive(.inferior(peer), at: now)
    }
    return becomeActive(.silence(of: backup.peer?.address), at: now)
  }

  mutating func handle(
    _ advertisement: Advertisement, from source: IPAddress, of backup: Backup, at now: Instant
  ) -> [Action] {
    var backup = backup
    if backup.holdUntil != nil {
      // The port hears. From here it listens for one ordinary down interval.
      backup.holdUntil = nil
      backup.heard = now
    }
    defer { state = .backup(backup) }

    if advertisement.priority == .release {
      // Somebody else's release, late or reordered, says nothing of the router that is followed.
      if let peer = backup.peer, peer.address != source {
        return report(.releaseIgnored(from: source), at: now)
      }
      backup.peer = Peer(address: source, priority: .release)
      backup.released = backup.released ?? now
      return []
    }

    observe(Peer(address: source, priority: advertisement.priority), in: &backup, at: now)
    // A lower priority is not obeyed: the timer runs on, and when it expires this router takes over.
    guard
      advertisement.priority >= priority || !preempts(advertisement.priority, since: backup.since, at: now)
    else { return [] }
    backup.heard = now
    backup.interval = settings.version == .v2 ? settings.interval : advertisement.interval
    backup.released = nil
    return []
  }

  /// Follows whoever was heard last, unless a superior one was heard within its interval: of two that claim the addresses
  /// at once, it is the superior one's release that will count.
  private func observe(_ peer: Peer, in backup: inout Backup, at now: Instant) {
    if let followed = backup.peer, followed.address != peer.address,
      (followed.priority, followed.address) > (peer.priority, peer.address),
      now - backup.peerHeard < backup.interval.nanoseconds * 5 / 4
    {
      return
    }
    backup.peer = peer
    backup.peerHeard = now
  }

  private func preempts(_ other: Priority, since: Instant, at now: Instant) -> Bool {
    // It has no servers, and so nothing that the bar is for.
    if other == .lowest { return true }
    if isBarredFromPreempting { return false }
    // Preempt_Mode does not matter to the owner (RFC 9568 §6.1), nor against one that was handed over.
    if priority == .owner || other == .lastResort { return true }
    switch settings.preemption {
    case .never: return false
    case .after(let delay): return now >= since.advanced(by: delay)
    }
  }
}
