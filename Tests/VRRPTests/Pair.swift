import Model
import VRRP

/// Two directors of one virtual router on a link that loses nothing: a message takes a millisecond.
struct Pair {
  struct Said {
    var at: Instant
    var by: Int
    var action: VirtualRouter.Action
  }

  var routers: [VirtualRouter]
  /// Whether nothing gets from one to the other.
  var isCut = false
  /// Those whose process stands still; what arrives meanwhile waits.
  var asleep: Set<Int> = []
  private(set) var now = at(0)
  /// What the routers asked for, in order.
  private(set) var said: [Said] = []
  private var flying: [(at: Instant, to: Int, advertisement: Advertisement)] = []

  /// The first has the address 10.1.0.1, the second 10.1.0.2.
  init(_ first: VirtualRouter.Settings, _ second: VirtualRouter.Settings) {
    routers = [VirtualRouter(first), VirtualRouter(second)]
  }

  mutating func handle(_ event: VirtualRouter.Event, by index: Int) {
    for action in routers[index].handle(event, at: now) {
      said.append(Said(at: now, by: index, action: action))
      if case .send(let advertisement) = action, !isCut {
        flying.append((now.advanced(by: .milliseconds(1)), 1 - index, advertisement))
      }
    }
  }

  /// Lets time pass: what was heard is delivered before the timer of the same moment.
  mutating func run(until end: Instant) {
    while true {
      let arrival = flying.indices.filter { !asleep.contains(flying[$0].to) }.min {
        flying[$0].at < flying[$1].at
      }
      let timer = routers.indices.filter { !asleep.contains($0) && routers[$0].deadline != nil }.min {
        (routers[$0].deadline ?? end) < (routers[$1].deadline ?? end)
      }
      let due = timer.flatMap { routers[$0].deadline }
      if let arrival, flying[arrival].at <= end, flying[arrival].at <= due ?? end {
        let message = flying.remove(at: arrival)
        now = max(now, message.at)
        let source = routers[1 - message.to].settings.ownAddress
        handle(.advertisement(message.advertisement, from: source), by: message.to)
      } else if let timer, let due, due <= end {
        now = max(now, due)
        handle(.timer, by: timer)
      } else {
        now = max(now, end)
        return
      }
    }
  }

  var roles: [VirtualRouter.Role] { routers.map(\.role) }

  /// When a router asked for something since a moment.
  func times(
    of index: Int, since start: Instant = at(0), where isMeant: (VirtualRouter.Action) -> Bool
  ) -> [Instant] {
    said.filter { $0.by == index && $0.at >= start && isMeant($0.action) }.map(\.at)
  }

  /// Ends a router without a word and begins it anew; as a driver does, it first removes what was left behind.
  mutating func restart(_ index: Int) {
    let settings = routers[index].settings
    said.append(Said(at: now, by: index, action: .removeAddresses(settings.addresses.list)))
    routers[index] = VirtualRouter(settings)
    handle(.start, by: index)
  }

  /// The longest time for which both had the addresses, of those that ended after a moment.
  func longestDual(since start: Instant = at(0)) -> Duration {
    var holding: Set<Int> = []
    var since: Instant?
    var longest = Duration.zero
    for entry in said {
      switch entry.action {
      case .addAddresses: holding.insert(entry.by)
      case .removeAddresses: holding.remove(entry.by)
      default: break
      }
      if holding.count == 2 {
        since = since ?? entry.at
      } else if let began = since {
        if entry.at > start { longest = max(longest, began.duration(to: entry.at)) }
        since = nil
      }
    }
    return since.map { max(longest, $0.duration(to: now)) } ?? longest
  }
}

extension VirtualRouter.Action {
  var isRelease: Bool {
    if case .send(let advertisement) = self { advertisement.priority == .release } else { false }
  }
  var isAdvertisement: Bool { if case .send = self { !isRelease } else { false } }
  var isTakeover: Bool { if case .addAddresses = self { true } else { false } }
  var isAnnouncement: Bool { if case .announce = self { true } else { false } }
  var isTransition: Bool { if case .transition = self { true } else { false } }
}
