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

  @Test("keeps its cadence beside servers that accept and never finish TLS")
  func unfinishedHandshakes() async throws {
    let directory = try TemporaryDirectory()
    let authority = try Authority("authority", in: directory)
    let https = HealthCheck.Probe.https(HealthCheck.HTTP(), trusting(authority))
    let answer = Conduct.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    let good = try await TestServer(answer, as: try authority.issue("IP:127.0.0.1"))
    let hung = try await TestServer(.silence)
    let interval = Duration.milliseconds(200)
    let patient = HealthCheck(https, interval: interval, timeout: .seconds(10))
    let doomed = HealthCheck(https, interval: .milliseconds(500), timeout: .milliseconds(500))

    // The jitter is even to both sides; a late timer moves a single gap, a server that waits for another moves them all,
    // and in every round. A busy machine moves them all in one.
    let steady = interval * 0.95...interval * 1.05
    var median = Duration.zero
    for _ in 0..<5 where !steady.contains(median) {
      median = try await medianGap(of: good.endpoint, by: patient, beside: hung.endpoint, by: doomed)
    }
    #expect(steady.contains(median))
    #expect(good.connections > 50 && hung.connections > 50)
  }

  /// The median of the gaps from start to start of a server's checks, while checks of others on the loop hang.
  private func medianGap(
    of good: Endpoint, by patient: HealthCheck, beside hung: Endpoint, by doomed: HealthCheck
  ) async throws -> Duration {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let (starts, endings) = try await loop.flatSubmit {
      let prober = Prober(on: loop)
      var starts: [[NIODeadline]] = Array(repeating: [], count: 8)
      var endings: Set<ProbeResult> = []
      let others = (0..<20).map { _ in
        prober.check(hung, by: doomed) { endings.insert($0.result) }
      }
      let checkers = starts.indices.map { index in
        ServerChecker(
          on: loop, after: CheckSchedule.offset(of: index, among: starts.count, interval: patient.interval),
          schedule: CheckSchedule(interval: patient.interval),
          probe: {
            starts[index].append(loop.now)
            return prober.probe(good, by: patient)
          }, deliver: { _ in })
      }
      let promise = loop.makePromise(of: ([[NIODeadline]], Set<ProbeResult>).self)
      _ = loop.assumeIsolated().scheduleTask(in: .milliseconds(2900)) {
        for checker in others + checkers { checker.stop() }
        promise.succeed((starts, endings))
      }
      return promise.futureResult
    }.get()
    #expect(endings.contains(.failed(.timedOut(.handshake))) && !endings.contains(.healthy))
    let gaps = starts.flatMap { zip($0, $0.dropFirst()).map { Duration($1 - $0) } }.sorted()
    return try #require(gaps.dropFirst(gaps.count / 2).first)
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
