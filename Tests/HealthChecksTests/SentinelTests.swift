import HealthChecks
import Model
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@Suite("The sentinel of a server")
struct SentinelTests {
  @Test(
    "has a server that dies checked at once, and its failure confirmed at once", arguments: [true, false])
  func death(byReset: Bool) async throws {
    let server = try await HoldingServer()
    let check = HealthCheck(.tcp, interval: .seconds(3600), timeout: .seconds(10), fall: 3)
    let reports = Reports(of: server.endpoint, by: check)
    try await reports.begin()
    try await reports.wait(for: 1)
    try await server.wait(forHeld: 1)

    let began = ContinuousClock.now
    try await server.die(byReset: byReset)
    let found = try await reports.wait(for: 4)
    #expect(found == [.healthy] + Array(repeating: .failed(.refused), count: 3))
    // An interval is an hour.
    let taken = ContinuousClock.now - began
    #expect(taken < .seconds(10))
    print("three failures \(taken) after the death by \(byReset ? "RST" : "FIN")")
    try await reports.stop()
  }

  @Test("is opened again where a server ends idle connections, and nothing fails by it")
  func intolerance() async throws {
    let server = try await HoldingServer(limit: .milliseconds(20))
    let check = HealthCheck(.tcp, interval: .milliseconds(100), timeout: .seconds(10))
    let reports = Reports(of: server.endpoint, by: check)
    try await reports.begin()
    // The probes leave without being accepted.
    try await server.wait(forAccepted: 2)
    #expect(try await reports.wait(for: 3).allSatisfy { $0 == .healthy })
    try await reports.stop()
  }

  @Test("is not held to a server that talks without end, which fails nothing by it and asks for no check")
  func talk() async throws {
    let server = try await HoldingServer(talk: String(repeating: "x", count: 1 << 16))
    let check = HealthCheck(.tcp, interval: .seconds(3600), timeout: .seconds(10))
    let reports = Reports(of: server.endpoint, by: check)
    try await reports.begin()
    #expect(try await reports.wait(for: 1) == [.healthy])
    try await server.wait(forAccepted: 1)
    try await server.wait(forHeld: 0)
    // A check that its end brought about would have answered by now.
    try await server.wait(forHeld: 0)
    #expect(try await reports.wait(for: 1).count == 1)
    try await reports.stop()
  }

  @Test("is not held where it is turned off, and ends with the checker")
  func absence() async throws {
    let server = try await HoldingServer()
    let silent = HealthCheck(.tcp, interval: .milliseconds(100), timeout: .seconds(10), sentinel: false)
    let reports = Reports(of: server.endpoint, by: silent)
    try await reports.begin()
    try await reports.wait(for: 3)
    try await reports.stop()

    let watching = Reports(of: server.endpoint, by: HealthCheck(.tcp))
    try await watching.begin()
    try await server.wait(forHeld: 1)
    try await watching.stop()
    try await server.wait(forHeld: 0)
  }

  @Test(
    "asks after a probe that was already under way, twice more in case all is well, and the schedule goes on as it was"
  )
  func underWay() {
    let server = FakeServer(durations: [.milliseconds(300)])
    let checker = server.checker(interval: .seconds(1))
    server.advance(by: .milliseconds(100))
    checker.checkNow()
    server.advance(by: .milliseconds(1500))
    #expect(
      server.starts == [
        .zero, .milliseconds(310), .milliseconds(340), .milliseconds(540), .milliseconds(1000),
      ])
    checker.checkNow()
    #expect(server.starts.last == .milliseconds(1600))
    server.advance(by: .milliseconds(399))
    #expect(server.starts.count == 8)
    server.advance(by: .milliseconds(1))
    #expect(server.starts.last == .milliseconds(2000))
    checker.stop()
    checker.checkNow()
    #expect(server.starts.count == 9)
  }

  @Test("keeps no recovered server out that ends idle connections more often than it is asked")
  func impatience() {
    let server = FakeServer()
    let checker = server.checker(interval: .seconds(30))
    for _ in 0..<6 {
      server.advance(by: .seconds(11))
      checker.checkNow()
    }
    #expect(server.deliveries == [.zero, .seconds(30), .seconds(60)])
    checker.stop()
  }

  @Test("does not believe a server that still accepts while its process ends", arguments: 1...2)
  func ending(wellFor looks: Int) {
    let dead = ProbeResult.failed(.refused)
    let healthy = Array(repeating: ProbeResult.healthy, count: 1 + looks)
    let server = FakeServer(results: healthy + Array(repeating: dead, count: 9))
    let checker = server.checker(interval: .seconds(60), confirmations: 2)
    server.advance(by: .milliseconds(100))
    checker.checkNow()
    server.advance(by: .seconds(1))
    // Three failures in a row are a verdict, and nobody asks on.
    let looked = [Duration.milliseconds(100), .milliseconds(130), .milliseconds(330)].prefix(looks + 1)
    let confirmed = [looked[looks] + .milliseconds(10), looked[looks] + .milliseconds(20)]
    #expect(server.starts == [.zero] + looked + confirmed)
    checker.stop()
  }
}
