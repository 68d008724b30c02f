package import Model
package import NIOCore

/// Asks one server again and again, and hands on every report.
///
/// Probes keep their distance from start to start; one that takes longer than that delays only its own successor,
/// so there are never two at once. It belongs to its event loop, and ends with ``stop()`` or when it is released.
package final class ServerChecker {
  /// Asks once; it has a deadline of its own.
  package typealias Probe = () -> EventLoopFuture<ProbeReport>

  private let loop: any EventLoop
  private let probe: Probe
  private let deliver: (ProbeReport) -> Void
  private var schedule: CheckSchedule
  private var timer: Scheduled<Void>?
  private var isStopped = false

  /// Begins with the first probe after a delay.
  ///
  /// - Parameters:
  ///   - loop: the event loop that this is called on, and everything else.
  ///   - delay: until the first probe; ``CheckSchedule/offset(of:among:interval:)`` staggers many.
  ///   - schedule: the gaps after that.
  ///   - probe: asks the server.
  ///   - deliver: takes every report, on the loop.
  package init(
    on loop: any EventLoop, after delay: Duration = .zero, schedule: CheckSchedule, probe: @escaping Probe,
    deliver: @escaping (ProbeReport) -> Void
  ) {
    self.loop = loop
    self.schedule = schedule
    self.probe = probe
    self.deliver = deliver
    plan(loop.now + TimeAmount(delay))
  }

  /// Ends the checking: nothing is delivered after this.
  package func stop() {
    isStopped = true
    timer?.cancel()
    timer = nil
  }

  private func plan(_ start: NIODeadline) {
    timer = loop.assumeIsolated().scheduleTask(deadline: start) { [weak self] in self?.ask(plannedAt: start) }
  }

  private func ask(plannedAt start: NIODeadline) {
    let gap = TimeAmount(schedule.nextGap())
    // Counted from the plan, a late timer does not stretch the interval; but what was missed is not made up for.
    let next = start + gap > loop.now ? start + gap : loop.now + gap
    probe().assumeIsolated().whenSuccess { [weak self] report in
      guard let self, !isStopped else { return }
      plan(max(next, loop.now))
      deliver(report)
    }
  }
}

extension Prober {
  /// Begins to check a server.
  ///
  /// - Parameters:
  ///   - endpoint: where it is asked.
  ///   - check: what is asked, how often and how patiently.
  ///   - delay: until the first probe; ``CheckSchedule/offset(of:among:interval:)`` staggers many.
  ///   - deliver: takes every report, on the loop.
  /// - Returns: the checker, which whoever wants the reports must hold.
  package func check(
    _ endpoint: Endpoint, by check: HealthCheck, after delay: Duration = .zero,
    deliver: @escaping (ProbeReport) -> Void
  ) -> ServerChecker {
    ServerChecker(
      on: loop, after: delay, schedule: CheckSchedule(interval: check.interval),
      probe: { self.probe(endpoint, check.probe, timeout: check.timeout) }, deliver: deliver)
  }
}
