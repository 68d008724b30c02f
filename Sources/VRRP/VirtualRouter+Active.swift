import Model

/// RFC 9568 §6.4.3.
extension VirtualRouter {
  /// An Active router that said nothing for Active_Down_Interval has a successor by now: it yields before it acts.
  ///
  /// The owner does not: it would take the addresses back with its next advertisement anyway.
  mutating func yieldIfStalled(at now: Instant) -> [Action] {
    guard case .active(let active) = state, !isFollower, priority != .owner else { return [] }
    let silence = now - active.advertised
    guard silence > settings.interval.downNanoseconds(of: priority, in: settings.version) else { return [] }
    return becomeBackup(.stalled(.nanoseconds(silence)), at: now)
  }

  mutating func handleTimer(of active: Active, at now: Instant) -> [Action] {
    var active = active
    var actions: [Action] = []
    if now >= active.advertiseAt {
      if let end = active.releasesUntil, now >= end {
        active.releasesUntil = nil
        active.announcement = refresh(after: now)
      }
      actions.append(.send(active.releasesUntil == nil ? advertisement : advertisement(.release)))
      active.advertised = now
      active.answerAt = nil
      // From the deadline, not from now: a late wake-up makes no longer interval. After a stall, from now.
      let next = active.advertiseAt + settings.interval.nanoseconds
      active.advertiseAt = next > now ? next : now + settings.interval.nanoseconds
    } else if let answerAt = active.answerAt, now >= answerAt {
      actions.append(.send(advertisement))
      active.advertised = now
      active.answerAt = nil
    }
    if let announcement = active.announcement, now >= announcement.at {
      actions.append(.announce(settings.addresses.list, times: announcement.times))
      active.announcement =
        announcement.isFirstBurst ? announcementAfterBurst(at: now) : refresh(after: now)
    }
    state = .active(active)
    return actions
  }

  mutating func handle(
    _ advertisement: Advertisement, from source: IPAddress, of active: Active, at now: Instant
  ) -> [Action] {
    let peer = Peer(address: source, priority: advertisement.priority)
    if active.releasesUntil != nil { return isFollower ? [] : yieldToSuccessor(peer, advertisement, at: now) }
    if peer.priority == .release { return answer(active, resettingTimer: true, at: now) }

    let isSuperior = (peer.priority, source) > (priority, settings.ownAddress)
    // A follower neither yields nor argues: its leader and the other's settle it.
    if isFollower { return isSuperior ? [] : answer(active, resettingTimer: false, at: now) }
    if isSuperior {
      return yield(.superior(peer), following: peer, interval: intervalOfActive(advertisement), at: now)
    }

    // The link has learned the rival's hardware address, so it is told anew where the addresses live.
    var active = active
    let isAnswered = mayAnswer(active, at: now)
    active.rivalAnnouncements = active.rivalAnnouncements.filter { now - $0 < Self.rivalWindow }
    let mayAnnounce = active.rivalAnnouncements.count < Self.mostRivalAnnouncements
    let isAnnounced = isAnswered && mayAnnounce
    if isAnnounced {
      active.rivalAnnouncements.append(now)
      active.announcement = announcementAfterBurst(at: now)
    } else if mayAnnounce, !isAnswered, active.announcement?.isFirstBurst != true,
      settings.announcements.burst > 0
    {
      active.rivalAnnouncements.append(now)
      let soon = now + settings.interval.nanoseconds / 10
      active.announcement = Announcement(at: soon, times: settings.announcements.burst, isFirstBurst: true)
    }
    state = .active(active)
    // Just after a takeover it is the last word of who was Active before.
    let isExpected = now - active.since < settings.interval.nanoseconds
    return (isExpected ? [] : report(.rival(peer), at: now))
      + answer(active, resettingTimer: false, at: now)
      + (isAnnounced ? burst(of: settings.addresses.list) : [])
  }

  /// A rival that is cut off in one direction speaks for ever: so often is the link told anew in so long, in nanoseconds.
  private static let mostRivalAnnouncements = 4
  private static let rivalWindow: Int64 = 1_000_000_000

  /// What a router that hands over does when it hears another one that has the addresses.
  private mutating func yieldToSuccessor(
    _ peer: Peer, _ advertisement: Advertisement, at now: Instant
  ) -> [Action] {
    let interval = intervalOfActive(advertisement)
    let isSuperior = (peer.priority, peer.address) > (priority, settings.ownAddress)
    if peer.priority == .release {
      // Both hand over: one of them has to let go, and is then the other's successor.
      guard peer.address > settings.ownAddress else { return [] }
      let actions = becomeBackup(.handedOver, following: peer, interval: interval, at: now)
      if case .backup(var backup) = state {
        backup.released = now
        state = .backup(backup)
      }
      return actions
    }
    // One that is the last resort as well must not take the last word for a claim.
    return isSuperior
      ? yield(.handedOver, following: peer, interval: interval, at: now)
      : becomeBackup(.handedOver, following: peer, interval: interval, at: now)
  }

  /// Active_Adver_Interval as an advertisement has it; version 2 does not learn it.
  private func intervalOfActive(_ advertisement: Advertisement) -> AdvertisementInterval {
    settings.version == .v2 ? settings.interval : advertisement.interval
  }

  /// To backup, with a last word: a superior router that never heard of this one, because the link was cut, or a
  /// successor, beside whom it had the addresses for a moment, then announces them anew, for those who have this one's
  /// hardware address.
  mutating func yield(
    _ reason: Reason, following peer: Peer? = nil, interval: AdvertisementInterval? = nil, at now: Instant
  ) -> [Action] {
    let farewell = Action.send(advertisement)
    var actions = becomeBackup(reason, following: peer, interval: interval, at: now)
    actions.insert(farewell, at: 1)
    return actions
  }

  /// Whether it did not advertise just now.
  private func mayAnswer(_ active: Active, at now: Instant) -> Bool {
    now - active.advertised >= settings.interval.nanoseconds / 10
  }

  /// Advertises out of turn: at once, or, if it did so just now, a tenth of an interval after that.
  private mutating func answer(_ active: Active, resettingTimer: Bool, at now: Instant) -> [Action] {
    var active = active
    guard mayAnswer(active, at: now) else {
      active.answerAt = active.advertised + settings.interval.nanoseconds / 10
      state = .active(active)
      return []
    }
    active.advertised = now
    active.answerAt = nil
    if resettingTimer { active.advertiseAt = now + settings.interval.nanoseconds }
    state = .active(active)
    return [.send(advertisement)]
  }

  /// Says at once what changed about it.
  mutating func advertiseChange(at now: Instant) -> [Action] {
    guard case .active(var active) = state, !isReleasing else { return [] }
    active.advertised = now
    active.answerAt = nil
    active.advertiseAt = now + settings.interval.nanoseconds
    state = .active(active)
    return [.send(advertisement)]
  }
}
