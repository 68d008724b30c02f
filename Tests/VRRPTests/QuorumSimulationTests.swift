import Model
import TestSupport
import Testing
import VRRP

/// Two directors whose own services lose and find their servers at random, as each sees it, while the network is cut
/// and they sleep and crash; then it is whole for a while.
@Suite("Two directors and their servers, simulated")
struct QuorumSimulationTests {
  private static let slices: UInt64 = 20
  private static let histories: UInt64 = 8

  /// One history, which follows from its seed.
  private struct History {
    let seed: UInt64
    var random: SeededGenerator
    var pair: Pair
    var hasServers = [true, true]
    /// How long an order may take to come about on a whole network.
    let patience: Double

    init(seed: UInt64) throws {
      self.seed = seed
      random = SeededGenerator(seed: seed)
      let delay = [0, 2].randomElement(using: &random) ?? 0
      let preemption = Bool.random(using: &random) ? Preemption.after(.seconds(delay)) : .never
      let priorities: [UInt8] = [50, 100, 150, 200]
      pair = Pair(
        try settings(
          priority: priorities.randomElement(using: &random) ?? 100, own: "10.1.0.1",
          preemption: preemption),
        try settings(
          priority: priorities.randomElement(using: &random) ?? 100, own: "10.1.0.2",
          preemption: preemption))
      // Down, the delay, and down again, with the skew of the lowest priority.
      patience = Double(delay + 2 * 4) * 1000
      pair.handle(.start, by: 0)
      pair.handle(.start, by: 1)
    }

    mutating func tell(_ index: Int) {
      pair.handle(.adjust("service", hasServers[index] ? nil : .lowest), by: index)
    }

    mutating func pass(_ milliseconds: Double) {
      pair.run(until: pair.now.advanced(by: .nanoseconds(Int64(milliseconds * 1_000_000))))
    }

    mutating func disturb() {
      let index = Int.random(in: 0...1, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: pair.isCut.toggle()
      case 1: pair.asleep.formSymmetricDifference([index])
      case 2:
        pair.asleep.remove(index)
        pair.restart(index)
        tell(index)
      default:
        hasServers[index].toggle()
        // One that sleeps learns it when it wakes.
        if !pair.asleep.contains(index) { tell(index) }
      }
    }

    mutating func heal() {
      pair.isCut = false
      pair.asleep = []
      tell(0)
      tell(1)
    }

    /// What is wrong; nil: nothing.
    mutating func run() -> String? {
      for phase in 0..<10 {
        for _ in 0..<Int.random(in: 0...8, using: &random) {
          disturb()
          pass(Double.random(in: 0...3000, using: &random))
        }
        heal()
        pass(patience)
        let name = "seed \(seed), phase \(phase), servers \(hasServers)"
        let settled = pair.now
        guard pair.roles.count(where: { $0 == .active }) == 1 else { return "\(name): \(pair.roles)" }
        for index in 0...1 where hasServers[index] && !hasServers[1 - index] {
          guard pair.roles[index] == .active else { return "\(name): the empty-handed one holds" }
        }
        // Nobody's view changes any more: nothing moves.
        pass(20_000)
        for index in 0...1 {
          let moves = pair.times(of: index, since: settled) { $0.isTakeover || $0.isTransition }
          guard moves.filter({ $0 > settled }).isEmpty else { return "\(name): still moving" }
        }
        // Both lose their servers, one after the other or at once: who holds, keeps.
        guard let holder = pair.roles.firstIndex(of: .active) else { return "\(name): nobody" }
        for index in [1 - holder, holder] {
          hasServers[index] = false
          tell(index)
          if Bool.random(using: &random) { pass(Double.random(in: 0...5000, using: &random)) }
        }
        let lost = pair.now
        pass(20_000)
        guard pair.roles[holder] == .active else { return "\(name): given up with nobody to take it" }
        let moves = (0...1).flatMap { pair.times(of: $0, since: lost, where: \.isTransition) }
        guard moves.isEmpty else { return "\(name): moved between two without servers" }
      }
      return nil
    }
  }

  @Test(
    "Whoever has servers holds the addresses, somebody always does, and nothing goes back and forth",
    arguments: 0..<slices)
  func randomViews(slice: UInt64) throws {
    for seed in slice * Self.histories..<(slice + 1) * Self.histories {
      var history = try History(seed: seed)
      if let wrong = history.run() {
        Issue.record("\(wrong)")
        return
      }
    }
  }
}
