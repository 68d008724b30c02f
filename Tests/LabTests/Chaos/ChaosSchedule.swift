import TestSupport

/// Which faults come when: nothing but the seed and the length decide it.
///
/// There are two tracks side by side. One disturbs the pair, one fault after the other, with a calm in between in which a
/// client that was unlucky sends again. The other meanwhile edits tables, takes servers away and reloads.
struct ChaosSchedule {
  /// What is done to a stage.
  enum Fault: Hashable {
    /// The daemon ends by SIGKILL; it is started again afterwards.
    case kill(String)
    /// The daemon ends by SIGTERM; it is started again afterwards.
    case stop(String)
    /// The daemon sleeps.
    case pause(String)
    /// The director's cable is pulled.
    case link(String)
    /// Of each hundred packets to a director, so many are lost.
    case loss(String, percent: Int)
    /// The directors do not hear each other.
    case partition
    /// Somebody is at a director's table with ipvsadm.
    case edit(String, line: String)
    /// A server is gone without a word.
    case crash(String)
    /// A director reads its file again, which is good or not.
    case reload(String, isGood: Bool)

    /// Whether two may hold the addresses while it lasts.
    var allowsTwoHolders: Bool {
      switch self {
      case .kill, .pause, .loss, .partition: true
      case .stop, .link, .edit, .crash, .reload: false
      }
    }

    /// Whether nobody may hold the addresses while it lasts, until the other director takes over.
    var allowsNoHolder: Bool {
      switch self {
      case .kill, .pause, .loss, .partition, .stop, .link: true
      case .edit, .crash, .reload: false
      }
    }
  }

  /// A moment at which a fault begins or ends.
  struct Event {
    let time: Duration
    let fault: Fault
    let isBeginning: Bool
  }

  /// The longest that a fault of the pair lasts.
  static let longest = Duration.seconds(6)
  private static let directors = ["director1", "director2"]
  private static let edits = [
    "ipvsadm -d -t 10.0.0.250:6443 -r 10.0.0.12:6443",
    "ipvsadm -a -t 10.0.0.250:6443 -r 10.0.0.99:6443 -m",
    "ipvsadm -e -t 10.0.0.250:6443 -r 10.0.0.11:6443 -m -w 7",
    "ipvsadm -E -t 10.0.0.250:6443 -s sh",
    "ipvsadm -C",
  ]

  /// In the order of their times.
  let events: [Event]

  /// Draws the faults of some time.
  init(seed: UInt64, length: Duration) {
    var random = SeededGenerator(seed: seed)
    // Each track has its own numbers: a shorter run is the beginning of a longer one.
    var numbers = SeededGenerator(seed: random.next())
    let ofPair = Self.track(length, lasting: 2000...6000, calm: 11_000...14_000, &random) {
      let director = Self.directors[Int.random(in: 0...1, using: &$0)]
      return switch Int.random(in: 0..<6, using: &$0) {
      case 0: .kill(director)
      case 1: .stop(director)
      case 2: .pause(director)
      case 3: .link(director)
      case 4: .loss(director, percent: .random(in: 20...60, using: &$0))
      default: .partition
      }
    }
    let ofOthers = Self.track(length, lasting: 8000...12_000, calm: 500...4000, &numbers) {
      let director = Self.directors[Int.random(in: 0...1, using: &$0)]
      return switch Int.random(in: 0..<3, using: &$0) {
      case 0: .edit(director, line: Self.edits[Int.random(in: Self.edits.indices, using: &$0)])
      case 1: .crash("server\(Int.random(in: 1...3, using: &$0))")
      default: .reload(director, isGood: Bool.random(using: &$0))
      }
    }
    events = (ofPair + ofOthers).sorted { $0.time < $1.time }
  }

  private static func track(
    _ length: Duration, lasting: ClosedRange<Int>, calm: ClosedRange<Int>, _ random: inout SeededGenerator,
    draw: (inout SeededGenerator) -> Fault
  ) -> [Event] {
    var events: [Event] = []
    var time = Duration.zero
    while true {
      time += .milliseconds(Int.random(in: calm, using: &random))
      let fault = draw(&random)
      let end = time + .milliseconds(Int.random(in: lasting, using: &random))
      guard end <= length else { return events }
      events.append(Event(time: time, fault: fault, isBeginning: true))
      events.append(Event(time: end, fault: fault, isBeginning: false))
      time = end
    }
  }
}
