import Glibc
import Testing
import VRRP

/// Random histories: `PINTLE_HISTORIES` says how many, `PINTLE_SEED` shows what one of them did.
///
/// `scripts/simulate` runs many more, optimized.
@Suite("A simulated LAN")
struct SimulationTests {
  static let histories = number(of: "PINTLE_HISTORIES") ?? 2_000
  /// They run side by side.
  static let slices: UInt64 = 40

  @Test("Random histories keep the promises of the protocol", arguments: 0..<slices)
  func randomHistories(slice: UInt64) throws {
    let perSlice = (Self.histories + Self.slices - 1) / Self.slices
    for seed in slice * perSlice..<(slice + 1) * perSlice {
      var lan = try SimulatedLAN(seed: seed)
      if let violation = lan.run() {
        Issue.record("\(violation)")
        return
      }
    }
  }

  @Test("One history, told in full", .enabled(if: number(of: "PINTLE_SEED") != nil))
  func oneHistory() throws {
    var lan = try SimulatedLAN(seed: try #require(Self.number(of: "PINTLE_SEED")), traces: true)
    let violation = lan.run()
    for node in lan.nodes { print(node.settings) }
    for line in lan.trace ?? [] { print(line) }
    #expect(violation == nil)
  }

  private static func number(of variable: String) -> UInt64? {
    getenv(variable).flatMap { UInt64(String(cString: $0)) }
  }
}
