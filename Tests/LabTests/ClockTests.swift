import Control
import Glibc
import Testing

/// Two directors on a machine whose wall clock is set, as it may be at its first synchronisation.
@Suite("A wall clock that jumps", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct ClockTests {
  private func configuration(priority: Int) -> String {
    """
    virtualRouters:
      - {name: vip, interface: lan, id: 51, priority: \(priority), addresses: [10.0.0.250/32], advertisementInterval: 100ms}
    """
  }

  private func router(of host: String, _ stage: Stage) throws -> RouterRecord {
    let text = try stage.on(host, "\(Lab.pintle) status --json --runtime-directory /run/stage/\(host)")
    return try #require(try JSON.decode(StatusRecord.self, from: Array(text.utf8)).virtualRouters.first)
  }

  @Test("An hour forward, and two back: nobody takes over, and nobody falls silent")
  func jump() throws {
    let stage = try Stage(["director1", "director2"])
    defer { try? stage.close() }
    try stage.start("director1", configuration(priority: 150))
    try stage.wait("it is Active") { try router(of: "director1", stage).role == .active }
    try stage.start("director2", configuration(priority: 100))
    try stage.wait("it follows") { try router(of: "director2", stage).peer != nil }
    let logs = [try stage.log("director1"), try stage.log("director2")]

    for jump in ["+1 hour", "-2 hours"] {
      try Lab.shell("date -s \"\(jump)\"")
      let before = try router(of: "director2", stage).counters.advertisementsReceived
      try stage.wait("30 intervals pass", within: .seconds(60)) {
        try router(of: "director2", stage).counters.advertisementsReceived > before + 30
      }
      #expect(try router(of: "director1", stage).role == .active)
      #expect(try router(of: "director2", stage).role == .backup)
    }
    #expect([try stage.log("director1"), try stage.log("director2")] == logs)
  }
}
