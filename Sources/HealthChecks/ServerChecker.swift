import Model
package import NIOCore

/// Asks one server again and again, and hands on every report.
///
/// Probes keep their distance from start to start; one that takes longer than that delays only its own successor,
/// so there are never two at once. It belongs to its event loop, and ends with ``stop()`` or when it is released.
package final class ServerChecker {
  /// Asks once; it has a deadline of its own.
  package typealias Probe = () -> EventLoopFuture<ProbeReport>

  /// From one answer to the next question while a failure is being confirmed.
  private static let confirmationGap = TimeAmount.milliseconds(10)

  /// After an alarm, from an answer that says that all is well to the next question.
  ///
  /// The kernel closes what a killed process had open one after the other, connections before the listener: in between
  /// it still accepts what is asked. The more there was open the longer that takes.
  private static let secondLooks: [TimeAmount] = [.milliseconds(30), .milliseconds(200)]

  private let loop: any EventLoop
  private let probe: Probe
  private let sentinel: Sentinel?
  private let promptedConfirmations: Int
  private let deliver: (ProbeReport) -> Void
  private var schedule: CheckSchedule
  private var timer: Scheduled<Void>?
  /// When the schedule has its next probe, whatever else is asked before.
  private var due: NIODeadline
  private var isAsking = false
  private var confirmations = 0
  private var doubts: ArraySlice<TimeAmount> = []
  private var isStopped = false

  /// Begins with the first probe after a delay.
  ///
  /// - Parameters:
  ///   - loop: the event loop that this is called on, and everything else.
  ///   - delay: until the first probe; ``CheckSchedule/offset(of:among:interval:)`` staggers many.
  ///   - schedule: the gaps after that.
  ///   - probe: asks the server.
  ///   - sentinel: watches the server between the probes, as long as they find it alive.
  ///   - confirmations: how many more probes follow quickly when the one after the sentinel's alarm fails.
  ///   - deliver: takes every report, on the loop.
  package init(
    on loop: any EventLoop, after delay: Duration = .zero, schedule: CheckSchedule, probe: @escaping Probe,
    sentinel: Sentinel? = nil, confirmations: Int = 0, deliver: @escaping (ProbeReport) -> Void
  ) {
    self.loop = loop
    self.schedule = schedule
    self.probe = probe
    self.sentinel = sentinel
    self.deliver = deliver
    promptedConfirmations = confirmations
    due = loop.now + TimeAmount(delay)
    sentinel?.alarm = { [weak self] in self?.checkNow() }
    plan(due)
  }

  /// Ends the checking: nothing is delivered after this.
  package func stop() {
    isStopped = true
    sentinel?.stop()
    timer?.cancel()
    timer = nil
  }

  /// Asks at once, because the server's process may have ended; the schedule goes on as it was.
  ///
  /// A probe that is under way may have asked before it happened, so that another follows it. As long as the answers are
  /// failures, those that confirm them follow quickly: what is needed for a verdict comes together in a moment instead
  /// of over as many intervals.
  package func checkNow() {
    guard !isStopped else { return }
    doubts = Self.secondLooks[...]
    prompt()
    guard !isAsking else { return }
    timer?.cancel()
    ask(plannedAt: loop.now)
  }

  /// Wants the probe that follows at once, and those that confirm it.
  private func prompt() {
    confirmations = promptedConfirmations + 1
  }

  private func plan(_ start: NIODeadline) {
    timer = loop.assumeIsolated().scheduleTask(deadline: start) { [weak self] in self?.ask(plannedAt: start) }
  }

  private func ask(plannedAt start: NIODeadline) {
    let isRegular = start >= due
    if isRegular {
      let gap = TimeAmount(schedule.nextGap())
      // Counted from the plan, a late timer does not stretch the interval; but what was missed is not made up for.
      due = start + gap > loop.now ? start + gap : loop.now + gap
    }
    let wasPrompted = confirmations > 0
    if wasPrompted { confirmations -= 1 }
    isAsking = true
    probe().assumeIsolated().whenSuccess { [weak self] report in
      guard let self, !isStopped else { return }
      isAsking = false
      var gap = Self.confirmationGap
      if wasPrompted, report.result == .healthy {
        confirmations = 0
        if let doubt = doubts.popFirst() {
          gap = doubt
          prompt()
        }
      }
      plan(confirmations > 0 ? min(due, loop.now + gap) : max(due, loop.now))
      if report.result.showsLife { sentinel?.keep() }
      // What was asked because of an alarm can tell of a failure; it is none of the successes that bring a server back.
      if isRegular || report.result != .healthy { deliver(report) }
    }
  }
}

extension ProbeResult {
  /// Whether somebody is there whose connection can be watched.
  fileprivate var showsLife: Bool {
    switch self {
    case .healthy, .failed(.unauthorized): true
    case .failed: false
    }
  }
}
