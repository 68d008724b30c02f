internal import Configuration
internal import Control
internal import Host
internal import Model
internal import Netlink
internal import VRRP

//   sockets ──> Reception ──> VirtualRouter ──> actions ──> sockets, addresses, frames, events
//   links, addresses ──> faults, priorities ──┘
//   commands of other threads ────────────────┘

/// Drives all virtual routers of this host: brings them bytes, time and the state of the host, and does what they say.
///
/// Everything happens on one thread.
final class RouterDriver {
  /// SCHED_FIFO's scale is 1 to 99; the kernel's own threads are at 50.
  private static let schedulingPriority: Int32 = 40
  /// What makes the addresses (IFA_PROTO): VRRP's own protocol number.
  static let origin = Advertisement.ipProtocol

  let listeners: VirtualRouters.Listeners
  let loop: EpollLoop
  let table: LinkTable
  var addresses: Addresses
  let frames: PacketSocket
  var devices: MacvlanDevices
  /// Who makes the interfaces with virtual MAC addresses, on another thread.
  let keeper: VirtualMACKeeper
  /// What it has made.
  var prepared: VirtualMACKeeper.Outcome
  /// Whether it is at work.
  var isPreparing = false
  /// When it is asked again, in nanoseconds; nil: nothing is missing, and nothing is too much.
  var prepareAt: Int64?
  var groups: [RunningGroup] = [] {
    didSet {
      for group in oldValue { group.place = nil }
      makeAgenda()
    }
  }
  var sockets: [RouterSocket.Key: RouterSocket] = [:]
  /// The addresses that this daemon has put on interfaces, by their index.
  var made: [Int32: Set<IPNetwork>] = [:]
  /// Those that the kernel would not take off when they were to be given away.
  var stayed: [Int32: Set<IPNetwork>] = [:]
  /// To the guard, which takes the addresses off should this process die; nil: there is none.
  var lifeline: Lifeline?
  /// The services that have lost their quorum.
  var servicesWithoutQuorum: Set<String> = []
  /// Whether this director still learns its peer's connections.
  var isLearningConnections = false
  /// The routers that the operator had give their addresses away, by their names, until they take part again.
  var handedOver: Set<String> {
    didSet { if handedOver != oldValue { listeners.handedOver(handedOver) } }
  }
  /// The scripts that fail, by router and by name.
  var failingScripts: [String: Set<String>] = [:]
  /// When something came that nobody wants, in nanoseconds.
  var lastUnwanted: Int64 = 0
  /// The last round of the loop in which the thread rested because of that.
  var restedIn: UInt64 = 0
  /// Whether the host could not be read the last time, which is told then.
  var isHostUnreadable = false
  /// When to look at the host again although it tells no change; in nanoseconds.
  var reassessAt: Int64?
  /// Who wants to know how the routers are once they have settled.
  private var waitingToSettle: [@Sendable ([RouterRecord]) -> Void] = []
  /// When they are told at the latest; in nanoseconds.
  private var answerAt: Int64?
  /// When to end at the latest, where the end has begun; in nanoseconds.
  private var stopAt: Int64?
  /// How long a successor's first advertisement may take to arrive, in nanoseconds.
  private static let answerTime: Int64 = 50_000_000
  /// How long who asks is kept waiting for the routers to settle, in nanoseconds: with a long interval a peer takes its
  /// time, and a client of the socket has no more than a minute.
  private static let longestAnswer: Int64 = 50_000_000_000
  /// When a takeover that is near may be rehearsed again, in nanoseconds.
  private var rehearsalDue: Int64 = 0
  /// How long one takes at most, and from one to the next, in nanoseconds: a peer that is often late shall not cost more.
  private static let rehearsalTime: Int64 = 10_000_000
  private static let rehearsalPause: Int64 = 10_000_000_000
  let inbox: Inbox<RouterCommand>
  /// When to wake up for the groups, which know their places in it.
  private var agenda = Agenda([])

  /// Prepares routers, and opens and makes what they share; those that were handed over start so.
  ///
  /// - Throws: where this process may not, or a configuration contradicts itself.
  init(
    _ setups: [[RouterSetup]], handedOver: Set<String>, keeper: VirtualMACKeeper,
    inbox: Inbox<RouterCommand>, listeners: VirtualRouters.Listeners
  ) throws {
    self.handedOver = handedOver
    self.inbox = inbox
    self.listeners = listeners
    self.keeper = keeper
    // Before the first look at the host, which is to find them.
    prepared = keeper.keep(setups.flatMap { $0 }.map(\.configuration))
    loop = try EpollLoop()
    table = try LinkTable()
    addresses = try Addresses()
    frames = try PacketSocket()
    devices = try MacvlanDevices()
    groups = try setups.map { try RunningGroup($0) }
    makeAgenda()
    try loop.watch(inbox.descriptor.number) { [unowned self] in takeCommands() }
    try loop.watch(table.descriptor) { [unowned self] in followHost(unlessOwn: true) }
  }

  /// Runs until it is told to stop.
  func run() {
    becomeRealTime()
    start(groups)
    // Of those that are configured no more nothing is remembered.
    noteHandedOver()
    removeOrphans()
    do throws(SystemError) {
      try loop.run(deadline: { nextDeadline }) { now in meetDeadlines(now) }
    } catch {
      report(.routersFailed(error))
    }
  }

  /// Tells a group's elections what happened, and when, and does what they say.
  func tell(
    _ event: VirtualRouter.Event, to group: RunningGroup, member: Int = 0, at now: Int64 = BootClock.now
  ) {
    let actions = group.handle(event, of: member, at: now)
    if let place = group.place { agenda.set(place, to: group.wakeUp) }
    for action in actions {
      carryOut(action.action, of: action.member, in: group)
    }
  }

  /// Tells an event.
  func report(_ event: DaemonEvent) {
    listeners.report(event)
  }

  private func becomeRealTime() {
    do throws(SystemError) {
      try RealTime.schedule(priority: Self.schedulingPriority)
    } catch {
      report(.notScheduledInRealTime(error))
    }
    do throws(SystemError) {
      try RealTime.lockMemory()
    } catch {
      report(.memoryNotLocked(error))
    }
  }

  // MARK: - Time

  private func makeAgenda() {
    for (place, group) in groups.enumerated() { group.place = place }
    agenda = Agenda(groups.map(\.wakeUp))
  }

  /// When to wake up at the latest, in nanoseconds; nil: not before something happens.
  var nextDeadline: Int64? {
    if stopAt != nil || answerAt != nil, isSettled { return .min }
    let next = min(agenda.first, reassessAt ?? .max, stopAt ?? .max, answerAt ?? .max)
    return next == .max ? nil : next
  }

  /// Whether no router waits for the successor that it gives its addresses to.
  private var isSettled: Bool { !groups.contains(where: \.routers.isReleasing) }

  private func meetDeadlines(_ now: Int64) {
    var near: RunningGroup?
    var next: RunningGroup?
    for place in agenda.due(at: now) {
      let group = groups[place]
      guard let deadline = group.deadline, deadline > now else {
        tell(.timer, to: group)
        continue
      }
      if !group.isForeseen, deadline - now > RunningGroup.preparation {
        group.foresee()
        agenda.set(place, to: group.wakeUp)
        near = near ?? group
      } else {
        agenda.set(place, to: deadline)
        next = next ?? group
      }
    }
    // One of them is enough, as the way is the same for all. The first time takes long where a processor has to warm up,
    // and the second, after which it stays awake, is to end before the deadline: it asks nobody else.
    if let near {
      listeners.takeoverIsNear()
      if next == nil { prepare(near, at: now) }
    }
    if let next {
      prepareTakeover(by: next)
      BootClock.spin(until: min(agenda.first, now + RunningGroup.preparation))
    }
    if let reassessAt, reassessAt <= now { followHost() }
    if let answerAt, answerAt <= now || isSettled { answerWhoWaits() }
    if let stopAt, stopAt <= now || isSettled { stop() }
  }

  /// Prepares a group whose takeover is near: with all that it takes, if it was not done a moment ago and there is time.
  private func prepare(_ group: RunningGroup, at now: Int64) {
    guard now >= rehearsalDue, let deadline = group.deadline, deadline - now > Self.rehearsalTime else {
      prepareTakeover(by: group)
      return
    }
    rehearsalDue = now + Self.rehearsalPause
    rehearse(group)
  }

  private func answerWhoWaits() {
    answerAt = nil
    for answer in waitingToSettle { answer(records) }
    waitingToSettle = []
  }

  // MARK: - The end

  /// Gives all addresses to the peers, which speak within Skew_Time; who has none ends after that.
  private func prepareToStop() {
    let patience = groups.filter { $0.routers.role == .active }.flatMap(\.routers.members).map {
      $0.settings.interval.skewTime(of: .lowest, in: $0.settings.version).nanoseconds + Self.answerTime
    }
    stopAt = BootClock.now + (patience.max() ?? 0)
    for group in groups { tell(.handOver, to: group) }
  }

  private func stop() {
    for group in groups { tell(.stop, to: group) }
    groups = []
    loop.stop()
  }

  // MARK: - Commands

  private func takeCommands() {
    for command in inbox.takeAll() { obey(command) }
  }

  private func obey(_ command: RouterCommand) {
    switch command {
    case .service(let name, let hasQuorum):
      if hasQuorum { servicesWithoutQuorum.remove(name) } else { servicesWithoutQuorum.insert(name) }
      reassess(groups)
    case .connections(let areKnown):
      isLearningConnections = !areKnown
      reassess(groups)
    case .script(let name, let router, let succeeds):
      if succeeds {
        failingScripts[router]?.remove(name)
      } else {
        failingScripts[router, default: []].insert(name)
      }
      reassess(groups)
    case .handOver(let name):
      for group in groups(of: name) where !group.isHandedOver { handOver(group) }
      noteHandedOver()
    case .resume(let name):
      for group in groups(of: name) where group.isHandedOver {
        tell(.resume, to: group)
        report(.resumed(group.configurations, with: group.priority))
      }
      noteHandedOver()
    case .configure(let setups, let outcome):
      configure(setups, outcome)
    case .devices(let outcome):
      take(outcome)
    case .status(let answer):
      answer(records)
    case .statusOnceSettled(let answer):
      waitingToSettle.append(answer)
      answerAt = answerAt ?? BootClock.now + Self.longestAnswer
    case .stop:
      prepareToStop()
    }
  }

  /// Has a group give its addresses to the peer, and be the last resort from then on.
  func handOver(_ group: RunningGroup) {
    tell(.handOver, to: group)
    report(.handedOver(group.configurations))
  }

  /// Takes note of who is handed over now.
  ///
  /// At the end all of them give their addresses away, which nobody has asked for.
  func noteHandedOver() {
    guard stopAt == nil else { return }
    handedOver = Set(groups.filter(\.isHandedOver).flatMap(\.names))
  }

  /// The group of the router of this name; all of them where none is named.
  private func groups(of name: String?) -> [RunningGroup] {
    guard let name else { return groups }
    return groups.filter { $0.names.contains(name) }
  }
}
