public import Model

/// Virtual routers that move together, such as those of an IPv4 and of an IPv6 address.
///
/// The leader is elected, and the followers have its role. They speak, so that their peers hear them, and they do
/// not decide: two elections of which either may overrule the other can chase each other for ever, for example when
/// the router with the higher IPv4 address has the lower IPv6 address.
public struct RouterGroup: Sendable {
  /// What one member is to do.
  public struct MemberAction: Hashable, Sendable {
    /// The member's index; the leader's is 0.
    public let member: Int
    /// What it is to do.
    public let action: VirtualRouter.Action
  }

  /// The members, the leader first.
  public private(set) var members: [VirtualRouter]

  /// Makes a group that has not started.
  public init(leader: VirtualRouter.Settings, followers: [VirtualRouter.Settings] = []) {
    members = [VirtualRouter(leader)] + followers.map { VirtualRouter($0, isFollower: true) }
  }

  /// When the group wants to hear ``VirtualRouter/Event/timer``.
  ///
  /// It is asked for with every event, of whose cost a key path would be a quarter.
  public var deadline: Instant? { members.lazy.compactMap { $0.deadline }.min() }

  /// The part that all of them play.
  public var role: VirtualRouter.Role { members[0].role }

  /// Whether a member has released its addresses and serves on until its successor speaks.
  public var isReleasing: Bool { members.contains(where: \.isReleasing) }

  /// Takes in what happened.
  ///
  /// An advertisement and a configuration are of one member; everything else is of all of them, whichever is named.
  public mutating func handle(
    _ event: VirtualRouter.Event, of member: Int = 0, at now: Instant
  ) -> [MemberAction] {
    // A leader that slept yields, and everybody with it, before a follower says that it is Active.
    var actions = members[0].yieldIfStalled(at: now).map { MemberAction(member: 0, action: $0) }
    actions += followLeader(at: now)
    switch event {
    case .advertisement, .configure:
      guard members.indices.contains(member) else { return [] }
      actions += perform(event, on: member, at: now)
    case .start, .stop, .timer, .adjust, .handOver, .resume:
      for member in members.indices { actions += perform(event, on: member, at: now) }
    }
    let hasYielded = actions.contains {
      guard case .transition(let transition) = $0.action else { return false }
      switch transition.reason {
      case .superior, .handedOver: return true
      default: return false
      }
    }
    return actions + followLeader(hasYielded: hasYielded, at: now)
  }

  private mutating func followLeader(hasYielded: Bool = false, at now: Instant) -> [MemberAction] {
    let role = role
    var actions: [MemberAction] = []
    for index in members.indices.dropFirst() {
      actions += members[index].follow(role, hasYielded: hasYielded, at: now).map {
        MemberAction(member: index, action: $0)
      }
    }
    return actions
  }

  private mutating func perform(
    _ event: VirtualRouter.Event, on member: Int, at now: Instant
  ) -> [MemberAction] {
    members[member].handle(event, at: now).map { MemberAction(member: member, action: $0) }
  }
}
