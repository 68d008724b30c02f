import Model

extension VirtualRouter {
  /// The states of RFC 9568 §6.3, each with its own timers: one that does not run cannot expire.
  enum State: Hashable, Sendable {
    case initialize
    case backup(Backup)
    case active(Active)
  }

  /// What a Backup knows.
  struct Backup: Hashable, Sendable {
    /// Since when it has been Backup; the preempt delay counts from here.
    var since: Instant
    /// When the Active router was last obeyed: from here the Active_Down_Timer runs.
    var heard: Instant
    /// Active_Adver_Interval.
    var interval: AdvertisementInterval
    /// When the Active router released the addresses: from here Skew_Time runs.
    var released: Instant?
    /// Until when it listens before its first claim.
    var holdUntil: Instant?
    /// Who is followed: the best of those that were heard lately.
    var peer: Peer?
    /// When that one was last heard.
    var peerHeard: Instant

    /// When the Active_Down_Timer expires; the higher the priority, the sooner.
    func deadline(of priority: Priority, in version: ProtocolVersion) -> Instant {
      var deadline = heard + interval.downNanoseconds(of: priority, in: version)
      if let released {
        deadline = min(deadline, released + interval.skewNanoseconds(of: priority, in: version))
      }
      return max(deadline, holdUntil ?? deadline)
    }
  }

  /// What an Active router knows.
  struct Active: Hashable, Sendable {
    /// Since when it has been Active.
    var since: Instant
    /// When the Adver_Timer expires.
    var advertiseAt: Instant
    /// When it last advertised.
    var advertised: Instant
    /// When it advertises out of turn, because it had just advertised when it heard a rival.
    var answerAt: Instant?
    /// When it announces next.
    var announcement: Announcement?
    /// When it announced because of a rival, within the last second.
    var rivalAnnouncements: [Instant] = []
    /// Until when it releases the addresses with every advertisement, and serves on, if its successor does not speak.
    var releasesUntil: Instant?
  }

  /// An announcement that is to come.
  struct Announcement: Hashable, Sendable {
    var at: Instant
    var times: Int
    /// Whether it is a takeover's first burst, put off, which the second one follows.
    var isFirstBurst = false
  }
}
