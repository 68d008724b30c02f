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
  private var underWay = 0

  /// - Parameter durations: how long the first, the second … probe takes; those that follow take no time.
  init(durations: [Duration] = []) {
    self.durations = durations
  }

  /// A checker of this server without jitter.
  func checker(interval: Duration, after delay: Duration = .zero) -> ServerChecker {
    ServerChecker(
      on: loop, after: delay, schedule: CheckSchedule(interval: interval, generator: Middle()),
      probe: { self.probe() }, deliver: { _ in self.deliveries.append(self.now) })
  }

  func advance(by duration: Duration) {
    loop.advanceTime(by: TimeAmount(duration))
  }

  private var now: Duration {
    Duration(loop.now - NIODeadline.uptimeNanoseconds(0))
  }

  private func probe() -> EventLoopFuture<ProbeReport> {
    let duration = starts.count < durations.count ? durations[starts.count] : .zero
    starts.append(now)
    underWay += 1
    mostAtOnce = max(mostAtOnce, underWay)
    return loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) {
      self.underWay -= 1
      return ProbeReport(.healthy)
    }.futureResult
  }
}
