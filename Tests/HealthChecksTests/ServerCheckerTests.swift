import HealthChecks
import Model
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@Suite("The checker of a server")
struct ServerCheckerTests {
  @Test("waits for its turn, then keeps the interval from start to start, however long a probe takes")
  func cadence() {
    let server = FakeServer(durations: [.milliseconds(10), .milliseconds(900), .milliseconds(999)])
    let checker = server.checker(interval: .seconds(1), after: .milliseconds(250))
    server.advance(by: .milliseconds(249))
    #expect(server.starts == [])
    server.advance(by: .seconds(5))
    #expect(server.starts.map(\.rounded) == [250, 1250, 2250, 3250, 4250])
    #expect(server.deliveries.map(\.rounded) == [260, 2150, 3249, 3250, 4250])
    checker.stop()
  }

  @Test("never asks twice at once: a probe that takes too long delays its successor")
  func overlap() {
    let server = FakeServer(durations: [.milliseconds(2500)])
    let checker = server.checker(interval: .seconds(1))
    server.advance(by: .milliseconds(4600))
    #expect(server.mostAtOnce == 1)
    #expect(server.starts.map(\.rounded) == [0, 2500, 3500, 4500])
    checker.stop()
  }

  @Test("delivers nothing after it was stopped, and asks no more")
  func stop() {
    let server = FakeServer(durations: [.zero, .milliseconds(500)])
    let checker = server.checker(interval: .seconds(1))
    server.advance(by: .milliseconds(1100))
    #expect(server.starts.count == 2)
    checker.stop()
    server.advance(by: .seconds(10))
    #expect(server.starts.count == 2)
    #expect(server.deliveries.count == 1)
  }

  @Test("may be stopped by the one it delivers to")
  func stopWithinDelivery() {
    let loop = EmbeddedEventLoop()
    var deliveries = 0
    var checker: ServerChecker?
    checker = ServerChecker(
      on: loop, schedule: CheckSchedule(interval: .seconds(1)),
      probe: { loop.makeSucceededFuture(ProbeReport(.healthy)) },
      deliver: { _ in
        deliveries += 1
        checker?.stop()
      })
    loop.advanceTime(by: .seconds(10))
    #expect(deliveries == 1)
  }

  @Test("ends when it is released")
  func release() {
    let server = FakeServer()
    var checker: ServerChecker? = server.checker(interval: .seconds(1))
    server.advance(by: .milliseconds(1500))
    #expect(checker != nil)
    checker = nil
    server.advance(by: .seconds(10))
    #expect(server.starts.count == 2)
  }

  @Test("reports what the prober finds, on and on")
  func real() async throws {
    let server = try await TestServer(.answer("HTTP/1.1 500 Text\r\n\r\n"))
    let check = HealthCheck(.http(HealthCheck.HTTP()), interval: .milliseconds(20), timeout: .seconds(10))
    let reports = try await reports(3, of: [(server.endpoint, check)]).found
    #expect(reports.map(\.result) == Array(repeating: .failed(.status(500)), count: 3))
  }

  @Test("is not delayed by servers that hang")
  func hungNeighbours() async throws {
    let hung = try await TestServer(.silence)
    let server = try await TestServer(.silence)
    let slow = HealthCheck(.http(HealthCheck.HTTP()), interval: .seconds(3), timeout: .seconds(3))
    let quick = HealthCheck(.tcp, interval: .milliseconds(300), timeout: .milliseconds(300))
    let checks = [(server.endpoint, quick)] + Array(repeating: (hung.endpoint, slow), count: 50)
    let elapsed = try await reports(11, of: checks).elapsed
    // Ten gaps of 300 ms; waiting once for the deadline of a hung neighbour would double them.
    #expect(elapsed < .milliseconds(5500))
  }

  /// The first reports of the first of several servers, all checked on one loop, and how long they took there.
  private func reports(
    _ count: Int, of checks: [(Endpoint, HealthCheck)]
  ) async throws -> (found: [ProbeReport], elapsed: Duration) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    return try await loop.flatSubmit {
      let began = loop.now
      let promise = loop.makePromise(of: (found: [ProbeReport], elapsed: Duration).self)
      let prober = Prober(on: loop)
      var checkers: [ServerChecker] = []
      var reports: [ProbeReport] = []
      for (index, (endpoint, check)) in checks.enumerated() {
        let checker = prober.check(endpoint, by: check) { report in
          guard index == 0 else { return }
          reports.append(report)
          guard reports.count == count else { return }
          for checker in checkers { checker.stop() }
          promise.succeed((reports, Duration(loop.now - began)))
        }
        checkers.append(checker)
      }
      return promise.futureResult
    }.get()
  }
}

extension Duration {
  /// In milliseconds.
  fileprivate var rounded: Int {
    Int((self / .milliseconds(1)).rounded())
  }
}
