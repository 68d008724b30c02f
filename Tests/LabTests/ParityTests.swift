import IPVS
import Model
import TestSupport
import Testing

/// What ipvsadm and Pintle make of the same rules, on a real kernel.
@Suite("Parity with ipvsadm", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct ParityTests {
  @Test("The same rules make the same table, and a saved table comes back as it was", arguments: 1...200)
  func parity(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let table = ForwardingTable.random(using: &generator, schedulers: try Lab.schedulers.get())
    let rules = RuleWriter.write(table)
    var client = try IPVSClient()

    // Processes are what costs time in the lab.
    try client.flush()
    let theirs = try Self.saved(after: "ipvsadm -R <\(Lab.file(rules)) &&")
    let built = try client.table()
    #expect(built == table, "what ipvsadm built reads otherwise, seed \(seed)")

    try client.flush()
    try Self.restore(rules, &client)
    #expect(try Self.saved() == theirs, "restored otherwise than by ipvsadm, seed \(seed)")

    try client.flush()
    try Self.restore(RuleWriter.write(built), &client)
    #expect(try client.table() == built, "saved and restored otherwise, seed \(seed)")
    try client.flush()
  }

  /// ipvsadm's own view; the kernel's order depends on its hash table.
  private static func saved(after first: String = "") throws -> [String] {
    try Lab.shell("\(first) exec ipvsadm -S -n").split(separator: "\n").map(String.init).sorted()
  }

  private static func restore(_ text: String, _ client: inout IPVSClient) throws {
    let (rules, errors) = RuleReader.read(Array(text.utf8))
    #expect(errors.isEmpty)
    #expect(RuleReader.check(rules, against: try client.table()).isEmpty)
    let changes = rules.compactMap { if case .change(let change) = $0.rule { change } else { nil } }
    for outcome in client.apply(changes) { try outcome.get() }
  }
}
