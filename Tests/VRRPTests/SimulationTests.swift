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

  /// They showed that a Backup forgot whom it followed when two claims crossed, that an answer was dropped, and, the last
  /// five, that whoever hears a release may claim although it has just ended, and that a last word may outlive one.
  static let found: [UInt64] = [
    67_640, 89_761, 96_377, 146_068, 154_853, 163_755, 198_376, 228_430, 309_192, 417_903, 464_561, 466_254,
    589_819, 650_442, 672_916, 680_450, 737_601, 746_359, 777_426, 784_077, 791_018, 828_152, 867_369,
    909_961,
    913_064, 952_977, 962_724, 973_517, 160_350, 620_060, 711_858, 870_239, 947_053,
  ]

  @Test("Histories that once broke a promise keep it", arguments: found)
  func foundHistories(seed: UInt64) throws {
    var lan = try SimulatedLAN(seed: seed)
    #expect(lan.run() == nil)
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
