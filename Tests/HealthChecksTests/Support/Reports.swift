import HealthChecks
import Model
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The results of a real checker on a loop of its own.
final class Reports: Sendable {
  struct Missing: Error {
    var found: [ProbeReport]
  }

  private let endpoint: Endpoint
  private let check: HealthCheck
  private let loop = MultiThreadedEventLoopGroup.singleton.next()
  private let found = NIOLockedValueBox<[ProbeReport]>([])
  private let checker = NIOLockedValueBox<NIOLoopBound<ServerChecker>?>(nil)

  init(of endpoint: Endpoint, by check: HealthCheck) {
    self.endpoint = endpoint
    self.check = check
  }

  func begin() async throws {
    try await loop.submit { [self] in
      let checker = Prober(on: loop).check(endpoint, by: check) { [found] report in
        found.withLockedValue { $0.append(report) }
      }
      self.checker.withLockedValue { $0 = NIOLoopBound(checker, eventLoop: loop) }
    }.get()
  }

  func stop() async throws {
    try await loop.submit { [self] in checker.withLockedValue { $0?.value.stop() } }.get()
  }

  /// The results, once there are so many.
  @discardableResult
  func wait(for count: Int) async throws -> [ProbeResult] {
    for _ in 0..<2000 {
      let found = found.withLockedValue { $0 }
      if found.count >= count { return found.map(\.result) }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Missing(found: found.withLockedValue { $0 })
  }
}
