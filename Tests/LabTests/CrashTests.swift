import Glibc
import IPVS
import Model
import TestSupport
import Testing

/// The daemon, killed at any moment.
@Suite("A daemon that is killed", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct CrashTests {
  private static let rounds = getenv("PINTLE_LONG") != nil ? 100 : 12

  /// What is under way when it is killed.
  private enum Work: CaseIterable {
    case start, reload, drain, repair
  }

  @Test(
    "leaves what its successor brings to the same table, and what it need not write again",
    arguments: [UInt64.random(in: 0...(.max))])
  func randomPoints(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let daemon = try DirectorTests.started()
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    let without = DirectorTests.configuration.replacing(", {address: 10.0.0.12, weight: 3}", with: "")
    for round in 0..<Self.rounds {
      let work = Work.allCases[round % Work.allCases.count]
      switch work {
      case .start:
        daemon.end(SIGTERM)
        try Lab.shell("ipvsadm -D -t 10.0.0.250:6443")
        try daemon.start(waits: false)
      case .reload:
        try daemon.configure(
          DirectorTests.configuration.replacing("weight: 3", with: "weight: \(round + 10)"))
        daemon.signal(SIGHUP)
      case .drain:
        try daemon.configure(without)
        daemon.signal(SIGHUP)
      case .repair:
        try Lab.shell("ipvsadm -C")
      }
      let longest: UInt32 = work == .repair ? 2_500_000 : 500_000
      usleep(.random(in: 0...longest, using: &generator))
      daemon.end(SIGKILL)

      try daemon.configure(DirectorTests.configuration)
      try daemon.start()
      try daemon.wait("the table after \(work), round \(round), seed \(seed)") {
        try DirectorTests.saved() == DirectorTests.table
      }
      #expect(try daemon.count("repaired: ") == 0, "after \(work), round \(round), seed \(seed)")
    }
    // Nothing differs now: nothing is written.
    daemon.end(SIGKILL)
    try daemon.start()
    #expect(try daemon.log.contains("the kernel's table was right already"))
    #expect(try daemon.count(" table: ") == 0)
    try Lab.shell("ipvsadm -C")
  }
}
