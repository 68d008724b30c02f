public import Model

/// One virtual router: the state machine of RFC 9568 §6.4, and the policy around it.
///
/// It does nothing itself. ``handle(_:at:)`` takes what happened and answers with what is to be done, in order;
/// ``deadline`` is when it wants to hear ``Event/timer``. A driver that has both an advertisement and the timer at
/// hand delivers the advertisement first: what lay in a socket while the process slept counts as heard.
///
/// ```
///                     start, owner without hold
///   +------------+ --------------------------------> +--------+
///   | initialize |                                   | active |
///   +------------+ --start--> +--------+ --silence-> +--------+
///         ^                   | backup |                 |
///         |                   +--------+ <--superior-----+
///         +--- stop, fault --------+-----------stop, fault
/// ```
///
/// Beyond the RFC: a preempt delay and a start-up hold; adjustments of the priority, and faults; handover, in which the
/// addresses stay until the successor speaks; an Active router that slept longer than Active_Down_Interval yields first;
/// one that yields has a last word, so that the other announces anew; a release counts only if it comes from the router
/// that was followed; answers to an inferior router are no more than ten per interval, so that a flood of its
/// advertisements makes no flood of this router's.
public struct VirtualRouter: Sendable {
  /// What the operator decided.
  public internal(set) var settings: Settings
  /// What outside things do to the priority.
  public internal(set) var adjustments: [String: Adjustment] = [:]
  /// Whether it was started and not stopped since.
  public internal(set) var isStarted = false
  /// Whether the operator handed over and did not resume since.
  public internal(set) var isHandedOver = false

  var state = State.initialize
  /// Whether a leader decides its role: see ``RouterGroup``.
  let isFollower: Bool
  /// What was said, and when it last happened.
  private var notices: [Notice: Instant] = [:]

  /// Makes a router that has not started.
  public init(_ settings: Settings) {
    self.init(settings, isFollower: false)
  }

  init(_ settings: Settings, isFollower: Bool) {
    self.settings = settings
    self.isFollower = isFollower
  }

  /// The part that it plays.
  public var role: Role {
    switch state {
    case .initialize: .initialize
    case .backup: .backup
    case .active: .active
    }
  }

  /// When it wants to hear ``Event/timer``; none: no time matters to it.
  public var deadline: Instant? {
    switch state {
    case .initialize: nil
    case .backup(let backup): isFollower ? nil : backup.deadline(of: priority, in: settings.version)
    case .active(let active):
      [active.answerAt, active.announcement?.at].compactMap { $0 }.reduce(active.advertiseAt, min)
    }
  }

  /// Whether it has released the addresses and serves on until its successor speaks, or it is clear that there is none.
  public var isReleasing: Bool {
    if case .active(let active) = state { active.releasesUntil != nil } else { false }
  }

  /// Since when it has its role; none before its start.
  public var since: Instant? {
    switch state {
    case .initialize: nil
    case .backup(let backup): backup.since
    case .active(let active): active.since
    }
  }

  /// Whom a Backup last heard.
  public var activePeer: Peer? {
    if case .backup(let backup) = state { backup.peer } else { nil }
  }

  /// Active_Adver_Interval: what a Backup learned, otherwise its own.
  public var activeInterval: AdvertisementInterval {
    if case .backup(let backup) = state { backup.interval } else { settings.interval }
  }

  /// The priority with which it takes part now: adjusted, 1 to 254; 255 for the undisturbed owner.
  public var priority: Priority {
    // Handed over, it is the last resort, so that a handover to nobody, or to a router that has no servers, does not leave
    // the addresses to nobody.
    if isHandedOver { return min(.lastResort, adjustedPriority) }
    return adjustedPriority
  }

  private var adjustedPriority: Priority {
    if adjustments.isEmpty { return settings.priority }
    if adjustments.values.contains(.lowest) { return .lowest }
    var sum = Int(settings.priority.value)
    for case .priority(let change) in adjustments.values {
      sum += min(max(change, -255), 255)
    }
    if sum >= 255, settings.priority == .owner, !isBarredFromPreempting { return .owner }
    let floor = min(settings.priority.value, Priority.lastResort.value + 1)
    return Priority(UInt8(min(max(sum, Int(floor)), 254)))
  }

  /// The names of the outside things that allow no service, in alphabetical order.
  public var faults: [String] {
    adjustments.filter { $0.value == .fault }.keys.sorted()
  }

  /// Whether something outside bars it from taking the addresses of a router that advertises.
  var isBarredFromPreempting: Bool { adjustments.values.contains(.noPreemption) }

  /// What it advertises now.
  public var advertisement: Advertisement { advertisement(priority) }

  /// Takes in what happened, and answers with what is to be done, in order.
  ///
  /// Time never runs backwards.
  public mutating func handle(_ event: Event, at now: Instant) -> [Action] {
    var actions = yieldIfStalled(at: now)
    switch event {
    case .start:
      if !isStarted {
        isStarted = true
        actions += enter(.started, at: now)
      }
    case .stop:
      isStarted = false
      isHandedOver = false
      actions += leave(.stopped)
    case .timer:
      actions += handleTimer(at: now)
    case .advertisement(let advertisement, let source):
      actions += compare(advertisement, from: source, at: now)
      actions += handle(advertisement, from: source, at: now)
    case .adjust(let name, let adjustment):
      actions += adjust(name, adjustment, at: now)
    case .handOver:
      actions += handOver(at: now)
    case .resume:
      actions += resume(at: now)
    case .configure(let settings):
      actions += configure(settings, at: now)
    }
    return actions
  }

  private mutating func handleTimer(at now: Instant) -> [Action] {
    switch state {
    case .initialize: []
    case .backup(let backup): isFollower ? [] : handleTimer(of: backup, at: now)
    case .active(let active): handleTimer(of: active, at: now)
    }
  }

  private mutating func handle(
    _ advertisement: Advertisement, from source: IPAddress, at now: Instant
  ) -> [Action] {
    switch state {
    case .initialize: []
    case .backup(let backup): handle(advertisement, from: source, of: backup, at: now)
    case .active(let active): handle(advertisement, from: source, of: active, at: now)
    }
  }

  /// What RFC 9568 §7.1 wants logged of a message that is otherwise right.
  private mutating func compare(
    _ advertisement: Advertisement, from source: IPAddress, at now: Instant
  ) -> [Action] {
    if case .initialize = state { return [] }
    var actions: [Action] = []
    if advertisement.addresses != settings.addresses {
      actions += report(.addressesDiffer(from: source, advertisement.addresses.list), at: now)
    }
    if advertisement.interval != settings.interval {
      actions += report(.intervalDiffers(from: source, advertisement.interval), at: now)
    }
    if advertisement.priority == .owner, priority == .owner {
      actions += report(.ownerConflict(with: source), at: now)
    }
    return actions
  }

  /// Says a thing once, and again only after it has not happened for a while: a journal is not for repetitions.
  ///
  /// Whoever may speak on the link can make up senders; so many at once are told apart, and no more.
  mutating func report(_ notice: Notice, at now: Instant) -> [Action] {
    let isKnown = notices.updateValue(now, forKey: notice).map { now - $0 < Self.noticePause } ?? false
    if isKnown { return [] }
    if notices.count > Self.mostNotices {
      notices = notices.filter { now - $0.value < Self.noticePause }
      if notices.count > Self.mostNotices {
        notices[notice] = nil
        return []
      }
    }
    return [.report(notice)]
  }

  private static let noticePause: Int64 = 60_000_000_000
  private static let mostNotices = 16

  func advertisement(_ priority: Priority) -> Advertisement {
    Advertisement(
      valid: settings.version, virtualRouter: settings.id, priority: priority, interval: settings.interval,
      addresses: settings.addresses)
  }
}
