import Glibc
import TestSupport
import Testing

/// Two directors to which all manner of things happen.
///
/// `PINTLE_SEED` repeats a run, `PINTLE_CHAOS` says how many seconds of faults there are. Without them it is a short run
/// that is always the same, or, with time, half an hour of which nobody knows before.
@Suite("A pair of directors in chaos", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct ChaosTests {
  /// A partition, edits of a table, and a server that crashes while nothing else is the matter.
  private static let short: (seed: UInt64, length: UInt64) = (7735, 37)
  private static let length = number(of: "PINTLE_CHAOS") ?? (Lab.isLong ? 1800 : short.length)
  private static let seed =
    number(of: "PINTLE_SEED") ?? (length == short.length ? short.seed : .random(in: 0...(.max)))
  private static let directors = ["director1", "director2"]

  /// An advertisement interval, and what an emulator beside other work may stand still for.
  private static let bound = 1.0 + 2.0
  /// Three intervals and a bit until a Backup takes over, and the same standstill.
  private static let takeover = 4.0 + 2.0
  /// Two checks until a server is out, two seconds from each other and of two seconds, and the same standstill.
  ///
  /// To look at the table takes less.
  private static let removal = 8.0 + 2.0

  private static func number(of variable: String) -> UInt64? {
    getenv(variable).flatMap { UInt64(String(cString: $0)) }
  }

  private static func configuration(priority: Int) -> String {
    """
    services:
      - name: api
        address: "10.0.0.250:6443"
        scheduler: rr
        servers: [10.0.0.11, 10.0.0.12, 10.0.0.13]
        check: {tcp: {}, interval: 2s, timeout: 2s, fall: 2, rise: 1}
    virtualRouters:
      - {name: v4, interface: lan, id: 51, priority: \(priority), advertisementInterval: 1s, addresses: [10.0.0.250/32]}
    connectionSync: {interface: lan, id: 51}
    """
  }

  private static func configuration(of director: String) -> String {
    configuration(priority: director == "director1" ? 150 : 100)
  }

  private static func table(_ stage: Stage, _ director: String) throws -> [Substring] {
    try stage.on(director, "ipvsadm -S -n").split(separator: "\n").sorted()
  }

  private static func holds(_ director: String) throws -> Bool {
    try Lab.shell("ip -n \(director) -o address show dev lan").contains(" 10.0.0.250/")
  }

  @Test("Nobody hangs, nobody but one holds the address for long, and at the end all is right")
  func chaos() throws {
    let schedule = ChaosSchedule(seed: Self.seed, length: .seconds(Self.length))
    print("chaos of \(Self.length) seconds, PINTLE_SEED=\(Self.seed)")
    let stage = try Stage(["client", "server1", "server2", "server3"] + Self.directors)
    for server in ["server1", "server2", "server3"] { try stage.listen(server, "0.0.0.0:6443") }
    for director in Self.directors {
      try stage.start(director, Self.configuration(of: director))
      try stage.wait("director1 holds the address") { try Self.holds("director1") }
    }
    try stage.wait("all servers are in both tables") {
      try Self.directors.allSatisfy { try stage.weights($0).count { $0.weight == 1 } == 3 }
    }
    let table = try Self.table(stage, "director1")
    let watch = try HolderWatch(Self.directors, address: "10.0.0.250")
    let clients = try ChaosClients(
      "client", on: stage, to: "10.0.0.250:6443", keeping: 6, renewing: 4, listening: 6)
    var phase = "before the first fault"
    var pushed = ContinuousClock.now
    var turned = ContinuousClock.now
    var whole = ContinuousClock.now
    var hasForgotten = false
    var begun: [ChaosSchedule.Fault: ContinuousClock.Instant] = [:]
    var disturbed = ContinuousClock.now
    var unrepaired: [String] = []
    /// Lets the clients live for a time.
    func live(_ time: Duration) throws {
      let start = ContinuousClock.now
      repeat {
        if ContinuousClock.now - pushed > .seconds(1) {
          pushed = .now
          for listener in stage.listeners { listener.push("tick", to: ChaosClients.watch) }
        }
        // Nobody heard anything while this loop stood still, and the directors may have as well.
        let hasStoodStill = ContinuousClock.now - turned > .milliseconds(500)
        if hasStoodStill || begun.keys.contains(where: \.lastsForClients) { whole = max(whole, .now) }
        turned = .now
        try clients.turn(phase, whole: whole)
        stage.pump(within: .milliseconds(100))
      } while ContinuousClock.now - start < time
    }
    let faults = ChaosFaults(
      stage, configuration: Self.configuration(of:), meanwhile: { try live(.milliseconds(100)) })

    let start = ContinuousClock.now
    var twoExcused: [HolderWatch.Stretch] = []
    var noneExcused: [HolderWatch.Stretch] = []
    var twoSince: [ChaosSchedule.Fault: Double] = [:]
    var last = Duration.zero
    for event in schedule.events {
      // What took long moves all that comes after it: the calm stays as long as it is.
      try live(event.time - last)
      last = event.time
      phase = "\(event.isBeginning ? "in" : "after") \(event.fault) of \(event.time)"
      print("\(ContinuousClock.now - start): \(phase)")
      if event.isBeginning {
        let holders = Set(try Self.directors.filter { try stage.holds($0, "10.0.0.250") })
        let now = HolderWatch.now
        let instant = ContinuousClock.now
        try faults.begin(event.fault)
        begun[event.fault] = instant
        if event.fault.allowsTwoHolders(holders) { twoSince[event.fault] = now }
        if event.fault.allowsNoHolder(holders) { noneExcused.append(now...HolderWatch.now + Self.takeover) }
        if event.fault.forgetsConnections { hasForgotten = true }
        // It matters at once, or when that director takes over.
        if event.fault.forgetsConnections, holders.contains(where: event.fault.edits) {
          try clients.excuse(phase, since: instant, patience: .seconds(Self.removal))
        }
        if event.fault.cutsClients {
          whole = max(whole, .now + .seconds(event.fault.isOfPair ? Self.takeover : Self.removal))
        }
      } else {
        // A director whose pair was whole for long enough has repaired its table.
        let wasWhole = !begun.keys.contains(where: \.isOfPair) && .now - disturbed > .seconds(Self.removal)
        if wasWhole, let edited = Self.directors.first(where: event.fault.edits),
          case let found = try Self.table(stage, edited), found != table
        {
          unrepaired.append("\(edited), \(phase): \(found)")
        }
        try faults.end(event.fault)
        let since = begun.removeValue(forKey: event.fault) ?? .now
        if let beginning = twoSince.removeValue(forKey: event.fault) {
          twoExcused.append(beginning...HolderWatch.now)
        }
        if event.fault.lastsForClients || (event.fault.isOfPair && hasForgotten) {
          try clients.excuse(phase, since: since, patience: .seconds(Self.removal))
          hasForgotten = false
        }
        // The one that has the higher priority takes the addresses back.
        if event.fault.isOfPair {
          disturbed = .now
          whole = max(whole, .now + .seconds(Self.bound))
        }
      }
    }

    phase = "at the end"
    let answers = clients.answers
    let right = ContinuousClock.now
    func isRight() throws -> Bool {
      guard try Self.holds("director1"), try !Self.holds("director2") else { return false }
      return try Self.directors.allSatisfy { try Self.table(stage, $0) == table }
    }
    while try !isRight(), ContinuousClock.now - right < .seconds(90) { try live(.milliseconds(200)) }
    print("right \(ContinuousClock.now - right) after the last fault")
    // Nobody is left waiting: whoever hangs shows it by then, but for those who are about to be answered.
    let calm = ContinuousClock.now
    repeat {
      try live(.seconds(3))
    } while !clients.waiting.isEmpty && ContinuousClock.now - calm < .seconds(60)
    let waiting = clients.waiting
    let isAllRight = try isRight()
    try watch.stop()
    let log =
      try "PINTLE_SEED=\(Self.seed)\n" + Self.directors.map { "\($0):\n\(try stage.log($0))" }.joined()
    let tables = try Self.directors.map { try Self.table(stage, $0).joined(separator: "\n") }
    #expect(isAllRight, "\(tables.joined(separator: "\n\n"))\n\(log)")
    #expect(unrepaired.isEmpty, "\(log)")
    #expect(clients.answers > answers)
    #expect(clients.hanging.isEmpty, "\(log)")
    #expect(waiting.isEmpty, "\(log)")
    let two = try watch.stretches(holders: 2, excused: twoExcused).map { $0.upperBound - $0.lowerBound }
    let none = try watch.stretches(holders: 0, excused: noneExcused).map { $0.upperBound - $0.lowerBound }
    print(
      """
      \(schedule.events.count / 2) faults; \(clients.answers) answers, \(clients.ends) connections ended, \
      longest wait \(clients.longest); on a whole network two held the address for \(two.max() ?? 0) s at most, \
      nobody for \(none.max() ?? 0) s
      """)
    #expect(two.allSatisfy { $0 <= Self.bound }, "\(two)\n\(log)")
    #expect(none.allSatisfy { $0 <= Self.bound }, "\(none)\n\(log)")
    try stage.close()
  }
}
