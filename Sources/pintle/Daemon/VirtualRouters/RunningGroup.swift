internal import Configuration
internal import Model
internal import VRRP

/// Virtual routers that move together, and what each of them has on this host; most groups are of one.
final class RunningGroup {
  /// The elections.
  var routers: RouterGroup
  /// The members, in the same order.
  var members: [RouterMember]
  /// When the elections want to hear of the time, in nanoseconds; never told before it.
  private(set) var deadline: Int64?
  /// Whether whoever prepares for it knows that a Backup is about to take over.
  private(set) var isForeseen = false
  /// Where its deadline stands in the agenda of who drives it; nil: nobody does.
  var place: Int?

  /// Prepares a group that has not started.
  ///
  /// - Throws: where a configuration contradicts itself.
  init(_ setups: [RouterSetup]) throws(Failure) {
    var settings: [VirtualRouter.Settings] = []
    for setup in setups { settings.append(try setup.configuration.settings(ownAddress: nil)) }
    guard let leader = settings.first else { throw Failure("a group without a virtual router") }
    routers = RouterGroup(leader: leader, followers: Array(settings.dropFirst()))
    members = zip(setups, settings).map { RouterMember($0, $1) }
  }

  /// What the operator asked for, member by member.
  var configurations: [VirtualRouterConfiguration] { members.map(\.configuration) }

  /// The members' names.
  var names: [String] { configurations.map(\.name) }

  /// The priority with which it takes part now.
  var priority: Priority { routers.members[0].priority }

  /// Whether the operator had it give its addresses away.
  var isHandedOver: Bool { routers.members[0].isHandedOver }

  /// Tells the elections what happened, and returns what is to be done.
  func handle(_ event: VirtualRouter.Event, of member: Int = 0, at now: Int64) -> [RouterGroup.MemberAction] {
    let before = deadline
    let actions = routers.handle(event, of: member, at: Instant(nanoseconds: now))
    deadline = routers.deadline?.nanoseconds
    if deadline != before { isForeseen = false }
    return actions
  }

  /// Takes note that its takeover is foreseen, until its deadline is another one.
  func foresee() {
    isForeseen = true
  }

  /// When to wake up for the deadline.
  ///
  /// A Backup does so twice: so long before it that others can prepare for a takeover; and a moment before it, as who has
  /// slept for long takes a while to be wide awake.
  ///
  /// Of Active routers, those with the same interval share wake-ups, which are a part of it apart: each one costs more
  /// than the advertisement itself. They divide the interval, so that a router is as late each time, and the time between
  /// two of its advertisements is the interval.
  var wakeUp: Int64? {
    guard let deadline else { return nil }
    guard routers.role == .active else { return deadline - (isForeseen ? Self.preparation : foresight) }
    let step = routers.members[0].settings.interval.duration.nanoseconds / Self.wakeUpsPerInterval
    return (deadline + step - 1) / step * step
  }

  /// How long before its deadline a Backup is wide awake, in nanoseconds.
  static let preparation: Int64 = 300_000

  /// How long before its deadline a Backup says that a takeover is near, in nanoseconds: while its peer speaks, not before an
  /// advertisement is half an interval late, and never so early that what is prepared gets old.
  private var foresight: Int64 {
    let leader = routers.members[0]
    let interval = leader.activeInterval
    let down = interval.activeDownInterval(of: leader.priority, in: leader.settings.version)
    return min(down.nanoseconds - interval.duration.nanoseconds * 3 / 2, 200_000_000)
  }

  /// 32 divides every interval that there is, to the nanosecond.
  private static let wakeUpsPerInterval: Int64 = 32

  /// Whether it is of the same virtual routers in the same order.
  func isSame(as setups: [RouterSetup]) -> Bool {
    members.count == setups.count && zip(members, setups).allSatisfy { $0.isSame(as: $1.configuration) }
  }
}
