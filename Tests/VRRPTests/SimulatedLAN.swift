import Model
import TestSupport
import VRRP

/// Directors on one link in virtual time: everything that happens follows from the seed.
///
/// A history has two parts. In the first, messages are lost, doubled, delayed and reordered, links are cut in one
/// direction, routers crash, restart, sleep, have faults and are told things. Then the network is whole and the routers
/// must agree; after that, they crash, stop and start on a whole network.
struct SimulatedLAN {
  /// What a history is not allowed to show.
  struct Violation: Hashable, Sendable, CustomStringConvertible {
    var seed: UInt64
    var time: Int64
    var rule: String
    var description: String { "seed \(seed), at \(time / 1_000_000) ms: \(rule)" }
  }

  struct Node {
    var group: RouterGroup
    /// Of the leader first.
    let settings: [VirtualRouter.Settings]
    var isUp = false
    /// While it sleeps, nothing is handled; what arrives is kept if only the process sleeps, lost if the machine does.
    var sleepsUntil: Int64?
    var sleepsSince: Int64 = 0
    var losesWhileAsleep = false
    var waiting: [Message] = []
    /// The members whose addresses are on the interface, as the actions put them on and off.
    var holding: Set<Int> = []
    /// A timer that is later than this is not in the queue.
    var scheduled: Int64 = .max

    init(_ settings: [VirtualRouter.Settings]) {
      self.settings = settings
      group = RouterGroup(leader: settings[0], followers: Array(settings.dropFirst()))
    }

    var router: VirtualRouter { group.members[0] }
    var hasAddresses: Bool { !holding.isEmpty }
    var ownAddress: IPAddress { settings[0].ownAddress }
  }

  struct Message {
    var advertisement: Advertisement
    var sender: Int
    /// Which of the group's members sent it, and is to hear it.
    var member: Int
  }

  enum Happening {
    case arrival(Message, at: Int)
    case timer(of: Int)
    case disturbance
    /// What may happen on a whole network.
    case failure
    case wake(Int)
    case restart(Int)
    case healing
  }

  static let millisecond: Int64 = 1_000_000
  private static let units: [UInt16] = [1, 10, 25, 100]
  /// Few, so that there are ties.
  private static let priorities: [UInt8] = [1, 50, 100, 100, 150, 200, 254]

  let seed: UInt64
  var random: SeededGenerator
  var now: Int64 = 0
  var nodes: [Node] = []
  var queue = EventQueue<Happening>()
  /// Whether a message from the first gets to the second.
  var isCut: [Bool]
  /// When what the first sent last gets to the second.
  private var lastArrival: [Int64]
  var loss = 0
  var duplication = 0
  let slowest: Int64
  let healsAt: Int64
  let endsAt: Int64
  var watch: Watch
  var violation: Violation?
  /// What happened, written only for a seed that is looked into.
  var trace: [String]?

  /// Makes the link and its routers from a seed.
  init(seed: UInt64, traces: Bool = false) throws {
    self.seed = seed
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...5, using: &random)
    let unit = Self.units.randomElement(using: &random) ?? 100
    let isVersion2 = unit == 100 && Int.random(in: 0..<4, using: &random) == 0
    let version: ProtocolVersion = isVersion2 ? .v2 : .v3
    let sharesInterval = isVersion2 || Int.random(in: 0..<4, using: &random) > 0
    let holds = Int.random(in: 0..<3, using: &random) == 0
    let policy = Int.random(in: 0..<4, using: &random)
    let hasOwner = Int.random(in: 0..<6, using: &random) == 0
    let isGrouped = !isVersion2 && Int.random(in: 0..<5, using: &random) == 0
    let unitTime = Int64(unit) * 10 * Self.millisecond

    var longest: Int64 = 0
    var longestHold: Int64 = 0
    for index in 0..<count {
      let factor: UInt16 = sharesInterval ? 1 : UInt16.random(in: 1...3, using: &random)
      longest = max(longest, unitTime * Int64(factor))
      var priority = Self.priorities.randomElement(using: &random) ?? 100
      if hasOwner, index == 0 { priority = 255 }
      let delay = Duration.nanoseconds(Int64.random(in: 0...unitTime * 8, using: &random))
      let hold = holds ? Int64.random(in: 0...unitTime * 10, using: &random) : 0
      longestHold = max(longestHold, hold)
      let preemption: Preemption
      switch policy {
      case 0: preemption = .never
      case 1: preemption = .after(delay)
      case 2: preemption = Bool.random(using: &random) ? .never : .after(delay)
      default: preemption = .after(.zero)
      }
      let settings = try Self.settings(
        version: version, priority: priority, centiseconds: unit * factor, own: "10.1.0.\(index + 1)",
        preemption: preemption, hold: .nanoseconds(hold),
        announcements: AnnouncementSchedule(burst: 1, repeatAfter: nil))
      var members = [settings]
      if isGrouped {
        // Who has the higher IPv4 address has the lower IPv6 address, and still they move together.
        let follower = try Self.settings(
          priority: priority, centiseconds: unit * factor, own: "fe80::\(9 - index)", floating: "fe80::51",
          preemption: preemption, announcements: AnnouncementSchedule(burst: 0))
        members.append(follower)
      }
      nodes.append(Node(members))
    }
    // A whole network delivers well within an interval, or no election could work.
    slowest = unitTime / 8
    isCut = [Bool](repeating: false, count: count * count)
    lastArrival = [Int64](repeating: 0, count: count * count)
    healsAt = longest * Int64.random(in: 8...20, using: &random)
    watch = Watch(longest: longest, hold: longestHold, slowest: slowest, version: version)
    endsAt = healsAt + 2 * watch.patience + longest * 6
    trace = traces ? [] : nil
    self.random = random
  }

  private static func settings(
    version: ProtocolVersion = .v3, priority: UInt8, centiseconds: UInt16, own: String,
    floating: String = "10.1.0.100", preemption: Preemption, hold: Duration = .zero,
    announcements: AnnouncementSchedule
  ) throws -> VirtualRouter.Settings {
    struct Malformed: Error {}
    guard let id = VirtualRouterID(51), let interval = AdvertisementInterval(centiseconds: centiseconds),
      let own = IPAddress(own), let floating = IPAddress(floating)
    else { throw Malformed() }
    return try VirtualRouter.Settings(
      version: version, id: id, priority: Priority(priority), interval: interval,
      addresses: VirtualAddresses([floating]), ownAddress: own, preemption: preemption, startupHold: hold,
      announcements: announcements)
  }

  /// Lives the history through; the first thing that is not allowed ends it.
  mutating func run() -> Violation? {
    loss = Int.random(in: 0...40, using: &random)
    duplication = Int.random(in: 0...20, using: &random)
    for index in nodes.indices {
      queue.push(.restart(index), at: Int64.random(in: 0...watch.longest * 3, using: &random))
    }
    for _ in 0..<Int.random(in: 0...25, using: &random) {
      queue.push(.disturbance, at: Int64.random(in: 0..<healsAt, using: &random))
    }
    queue.push(.healing, at: healsAt)
    let agreed = healsAt + watch.patience + watch.longest * 2
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      queue.push(.failure, at: Int64.random(in: agreed..<agreed + watch.longest * 4, using: &random))
    }
    while violation == nil, let (time, happening) = queue.pop(), time < endsAt {
      now = time
      perform(happening)
      check()
    }
    return violation
  }

  private mutating func perform(_ happening: Happening) {
    switch happening {
    case .arrival(let message, let index):
      receive(message, at: index)
    case .timer(let index):
      guard nodes[index].scheduled == now else { return }
      nodes[index].scheduled = .max
      guard nodes[index].isUp, nodes[index].sleepsUntil == nil else { return }
      handle(.timer, at: index)
    case .disturbance:
      disturb()
    case .wake(let index):
      wake(index)
    case .restart(let index):
      restart(index)
    case .healing:
      heal()
    case .failure:
      failOrReturn(Int.random(in: nodes.indices, using: &random))
    }
  }

  private mutating func receive(_ message: Message, at index: Int) {
    guard nodes[index].isUp else { return }
    if nodes[index].sleepsUntil != nil {
      // A socket's buffer is finite as well.
      if !nodes[index].losesWhileAsleep, nodes[index].waiting.count < 50 {
        nodes[index].waiting.append(message)
      }
      return
    }
    hear(message, at: index)
  }

  mutating func hear(_ message: Message, at index: Int) {
    let source = nodes[message.sender].settings[message.member].ownAddress
    handle(.advertisement(message.advertisement, from: source), of: message.member, at: index)
  }

  mutating func handle(_ event: VirtualRouter.Event, of member: Int = 0, at index: Int) {
    let before = nodes[index].router.role
    let actions = nodes[index].group.handle(event, of: member, at: Instant(nanoseconds: now))
    let role = nodes[index].router.role
    if before == .backup, role == .active { checkClaim(of: index) }
    if trace != nil {
      trace?.append("\(now / 1000) µs: router \(index + 1).\(member): \(event)")
      for action in actions { trace?.append("  \(action.member) \(action.action)") }
    }
    for action in actions {
      switch action.action {
      case .send(let advertisement):
        send(Message(advertisement: advertisement, sender: index, member: action.member))
      case .addAddresses: nodes[index].holding.insert(action.member)
      case .removeAddresses: nodes[index].holding.remove(action.member)
      case .announce, .transition, .report: break
      }
    }
    for (member, router) in nodes[index].group.members.enumerated() {
      if router.role != role { fail("router \(index + 1): the leader is \(role), a follower \(router.role)") }
      let holds = nodes[index].holding.contains(member)
      if holds != (router.role == .active) {
        fail("router \(index + 1) is \(router.role), addresses: \(holds)")
      }
    }
    schedule(index)
  }

  private mutating func schedule(_ index: Int) {
    guard let deadline = nodes[index].group.deadline else {
      nodes[index].scheduled = .max
      return
    }
    let time = max(now, deadline.nanoseconds)
    guard time != nodes[index].scheduled else { return }
    nodes[index].scheduled = time
    queue.push(.timer(of: index), at: time)
  }

  private mutating func send(_ message: Message) {
    let sender = message.sender
    for receiver in nodes.indices where receiver != sender {
      guard !isCut[sender * nodes.count + receiver] else { continue }
      guard Int.random(in: 0..<100, using: &random) >= loss else { continue }
      let copies = Int.random(in: 0..<100, using: &random) < duplication ? 2 : 1
      for _ in 0..<copies {
        var arrival = now + Int64.random(in: slowest / 50...slowest, using: &random)
        // A whole link keeps the order of what one host sends to another.
        if watch.wholeSince != nil {
          arrival = max(arrival, lastArrival[sender * nodes.count + receiver])
          lastArrival[sender * nodes.count + receiver] = arrival
        }
        queue.push(.arrival(message, at: receiver), at: arrival)
      }
    }
  }

  mutating func fail(_ rule: String) {
    if violation == nil { violation = Violation(seed: seed, time: now, rule: rule) }
  }
}
