import Testing
import VRRP

@Suite("The guard of the addresses")
struct AddressGuardTests {
  private static let second: Int64 = 1_000_000_000

  private var guarded = AddressGuard()
  /// In seconds.
  private var now: Int64 = 1000

  /// What repairs have taken, in nanoseconds.
  private var taken: Int64 = 0
  private var time: Int64 { now * Self.second + taken }

  /// How long it lets go from now, in seconds; nil: it does not.
  private var pause: Int64? { guarded.pausedUntil.map { ($0 - time) / Self.second } }

  private mutating func repair(times: Int) {
    for _ in 0..<times {
      taken += 250_000_000
      guarded.repaired(at: time)
    }
  }

  private mutating func refuse() { guarded.letGo(at: time) }

  /// Lets so many seconds pass.
  private mutating func pass(_ seconds: Int64) {
    now += seconds
    guarded.resume(at: time)
  }

  @Test("It puts back five times in ten seconds; with the sixth it lets go for ten seconds")
  mutating func limit() {
    repair(times: 5)
    #expect(pause == nil)
    repair(times: 1)
    #expect(pause == 10)
  }

  @Test("What is deleted again and again within a quarter of a second is one incident")
  mutating func incident() {
    repair(times: 5)
    for _ in 0..<100 {
      taken += 2_000_000
      guarded.repaired(at: time)
    }
    #expect(pause == nil)
    taken += 50_000_000
    guarded.repaired(at: time)
    #expect(pause == 10)
  }

  @Test(
    "However often it puts back in all, where it is never more than five times in ten seconds it does not let go"
  )
  mutating func slow() {
    for _ in 0..<100 {
      repair(times: 1)
      pass(2)
    }
    #expect(pause == nil)
  }

  @Test(
    "It takes part again when the pause is over, and not before; the fight before does not count any more")
  mutating func resumption() {
    repair(times: 6)
    pass(9)
    #expect(pause == 1)
    pass(1)
    #expect(pause == nil)
    repair(times: 5)
    #expect(pause == nil)
  }

  @Test("Each further fight doubles the pause, up to five minutes, and there it stays")
  mutating func doubling() {
    var pauses: [Int64] = []
    for _ in 0..<8 {
      repair(times: 6)
      pauses.append(pause ?? 0)
      // It never wakes on the dot.
      pass((pauses.last ?? 0) + 1)
    }
    #expect(pauses == [10, 20, 40, 80, 160, 300, 300, 300])
  }

  @Test(
    "After more than five minutes of peace the next fight is a first one again",
    arguments: [299, 301] as [Int64])
  mutating func peace(_ seconds: Int64) {
    repair(times: 6)
    pass(10 + seconds)
    repair(times: 6)
    #expect(pause == (seconds > 300 ? 10 : 20))
  }

  @Test("Where the kernel refuses an address it lets go at once, for longer each time, until there was peace")
  mutating func refusal() {
    refuse()
    #expect(pause == 10)
    pass(10)
    refuse()
    #expect(pause == 20)
    pass(20 + 301)
    refuse()
    #expect(pause == 10)
  }

  @Test("A router of many addresses that are all refused lets go no longer than one of a single address")
  mutating func many() {
    for _ in 0..<100 { refuse() }
    #expect(pause == 10)
    pass(10)
    refuse()
    #expect(pause == 20)
  }
}
