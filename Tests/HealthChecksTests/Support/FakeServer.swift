import HealthChecks
import Model
import NIOCore
import NIOEmbedded

/// A server in virtual time, whose probes take as long as a test says.
final class FakeServer {
  let loop = EmbeddedEventLoop()

  /// When each probe began, from the beginning of time.
  private(set) var starts: [Duration] = []
  /// When each report was delivered.
  private(set) var deliveries: [Duration] = []
  /// The most probes that were ever under way at once.
  private(set) var mostAtOnce = 0

  private let durations: [Duration]
  private let results: [ProbeResult]
  private var underWay = 0

  /// - Parameters:
  ///   - durations: how long the first, the second … probe takes; those that follow take no time.
  ///   - results: what the first, the second … one finds; those that follow find all well.
  init(durations: [Duration] = [], results: [ProbeResult] = []) {
    self.durations = durations
    self.results = results
  }

  /// A checker of this server without jitter.
  func checker(interval: Duration, after delay: Duration = .zero, confirmations: Int = 0) -> ServerChecker {
    ServerChecker(
      on: loop, after: delay, schedule: CheckSchedule(interval: interval, generator: Middle()),
      probe: { self.probe() }, confirmations: confirmations,
      deliver: { _ in self.deliveries.append(self.now) })
  }

  func advance(by duration: Duration) {
    loop.advanceTime(by: TimeAmount(duration))
  }

  private var now: Duration {
    Duration(loop.now - NIODeadline.uptimeNanoseconds(0))
  }

  private func probe() -> EventLoopFuture<ProbeReport> {
    let duration = starts.count < durations.count ? durations[starts.count] : .zero
    let result = starts.count < results.count ? results[starts.count] : .healthy
    starts.append(now)
    underWay += 1
    mostAtOnce = max(mostAtOnce, underWay)
    return loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) {
      self.underWay -= 1
      return ProbeReport(result)
    }.futureResult
  }
}
