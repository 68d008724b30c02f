import Model

/// The ways from one role to another; nothing else assigns a role.
extension VirtualRouter {
  /// From initialize: to active if the addresses are its own, otherwise to backup (RFC 9568 §6.4.1).
  mutating func enter(_ reason: Reason, at now: Instant) -> [Action] {
    guard faults.isEmpty else { return [] }
    let holds = settings.startupHold > .zero
    if priority == .owner, !holds, !isFollower { return becomeActive(.owner, at: now) }
    return becomeBackup(
      reason, holdUntil: holds ? now.advanced(by: settings.startupHold) : nil, at: now)
  }

  /// To initialize, with a release if it holds the addresses (RFC 9568 §6.4.2, §6.4.3).
  mutating func leave(_ reason: Reason) -> [Action] {
    let from = role
    guard from != .initialize else { return [] }
    state = .initialize
    return (from == .active ? release : [])
      + [.transition(Transition(from: from, to: .initialize, reason: reason))]
  }

  mutating func becomeActive(_ reason: Reason, at now: Instant) -> [Action] {
    let from = role
    state = .active(
      Active(
        since: now, advertiseAt: now + settings.interval.nanoseconds, advertised: now,
        announcement: announcementAfterBurst(at: now)))
    // The advertisement first: it makes a rival let go before the addresses are here as well.
    return [.send(advertisement), .addAddresses(settings.addresses.list)] + burst(of: settings.addresses.list)
      + [.transition(Transition(from: from, to: .active, reason: reason))]
  }

  /// To backup from any role; the addresses are removed if they are held.
  mutating func becomeBackup(
    _ reason: Reason, following peer: Peer? = nil, interval: AdvertisementInterval? = nil,
    holdUntil: Instant? = nil, at now: Instant
  ) -> [Action] {
    let from = role
    state = .backup(
      Backup(
        since: now, heard: now, interval: interval ?? settings.interval, released: nil, holdUntil: holdUntil,
        peer: peer, peerHeard: now))
    let removal: [Action] = from == .active ? [.removeAddresses(settings.addresses.list)] : []
    return removal + [.transition(Transition(from: from, to: .backup, reason: reason))]
  }

  /// Priority 0, and then the addresses: the peer waits Skew_Time only.
  var release: [Action] {
    [.send(advertisement(.release)), .removeAddresses(settings.addresses.list)]
  }

  func burst(of addresses: [IPAddress]) -> [Action] {
    guard settings.announcements.burst > 0, !addresses.isEmpty else { return [] }
    return [.announce(addresses, times: settings.announcements.burst)]
  }

  func announcementAfterBurst(at now: Instant) -> Announcement? {
    let schedule = settings.announcements
    guard schedule.burst > 0 else { return nil }
    if let delay = schedule.repeatAfter {
      return Announcement(at: now.advanced(by: delay), times: schedule.burst)
    }
    return refresh(after: now)
  }

  func refresh(after now: Instant) -> Announcement? {
    settings.announcements.refreshEvery.map { Announcement(at: now.advanced(by: $0), times: 1) }
  }

  /// Follows its group's leader, which may have yielded to a superior one.
  mutating func follow(_ leader: Role, hasYielded: Bool, at now: Instant) -> [Action] {
    switch (leader, role) {
    case (.active, .backup): becomeActive(.group, at: now)
    case (.backup, .active): hasYielded ? yield(.group, at: now) : becomeBackup(.group, at: now)
    default: []
    }
  }
}
