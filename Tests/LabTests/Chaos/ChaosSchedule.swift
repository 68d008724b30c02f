import TestSupport

/// Which faults come when: nothing but the seed and the length decide it.
///
/// There are two tracks side by side. One disturbs the pair, one fault after the other, with a calm in between in which a
/// client that was unlucky sends again, and which is long enough for one whose server crashes in it. The other meanwhile edits tables, takes servers away and reloads.
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

    /// Whether two may hold the addresses while it lasts, where the director held them that it befalls.
    ///
    /// One that is killed or sleeps cannot give them up, and those who do not hear each other cannot know.
    func allowsTwoHolders(_ holders: Set<String>) -> Bool {
      switch self {
      case .kill(let director), .pause(let director): holders.contains(director)
      case .loss, .partition: true
      case .stop, .link, .edit, .crash, .reload: false
      }
    }

    /// Whether nobody may hold the addresses from its beginning until the other director has taken over.
    ///
    /// One that sleeps holds them until it wakes, and then gives them up whether somebody has taken them or not; so does
    /// one that is started anew.
    func allowsNoHolder(_ holders: Set<String>) -> Bool {
      switch self {
      case .kill(let director), .pause(let director), .stop(let director), .link(let director):
        holders.contains(director)
      case .loss, .partition, .edit, .crash, .reload: false
      }
    }

    /// Whether the way to the servers may be cut for as long as it lasts.
    ///
    /// The addresses are at two places, or packets are lost; and of a connection that was made at one place the other may
    /// know nothing. All else is over when the other director has taken over, or when the server has been taken out.
    var lastsForClients: Bool {
      switch self {
      case .loss, .partition, .kill, .pause: true
      case .stop, .link, .edit, .crash, .reload: false
      }
    }

    /// Whether it is one of those that disturb the pair.
    var isOfPair: Bool {
      switch self {
      case .kill, .stop, .pause, .link, .loss, .partition: true
      case .edit, .crash, .reload: false
      }
    }

    /// Whether it is a director's table that is edited.
    func edits(_ host: String) -> Bool {
      if case .edit(host, _) = self { true } else { false }
    }

    /// Whether packets are lost by it, until it is over or has been answered.
    var cutsClients: Bool {
      if case .reload = self { false } else { true }
    }

    /// Whether it takes connections away where no director can know of them: those whose clients only listen hang.
    var forgetsConnections: Bool {
      if case .edit(_, let line) = self { line.contains(" -C") || line.contains(" -d ") } else { false }
    }
  }

  /// A moment at which a fault begins or ends.
  struct Event {
    let time: Duration
    let fault: Fault
    let isBeginning: Bool
  }

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
    let ofPair = Self.track(length, lasting: 2000...6000, calm: 16_000...22_000, &random) {
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
