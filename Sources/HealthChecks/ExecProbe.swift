import Glibc
import Model
import NIOCore

/// The exec probe: a program's exit status decides.
///
/// The end of the program is polled for, at first closely: that costs far less than the program itself, and needs
/// neither a thread nor a handler for SIGCHLD, which would be the whole process's.
final class ExecProbe {
  private static let shortestGap = Duration.milliseconds(1)
  private static let longestGap = Duration.milliseconds(20)
  /// Of a program that was killed: a second, since it may be long before the kernel can end it.
  private static let longestGapOnceKilled = Duration.seconds(1)

  private let run: ProbeRun
  private let child: ChildProcess
  private let hasDynamicWeight: Bool
  private let whenEnded: () -> Void
  private var pollsSince: NIODeadline
  private var hasTimedOut = false

  private init(
    _ run: ProbeRun, child: ChildProcess, hasDynamicWeight: Bool, whenEnded: @escaping () -> Void
  ) {
    self.run = run
    self.child = child
    self.hasDynamicWeight = hasDynamicWeight
    self.whenEnded = whenEnded
    pollsSince = run.loop.now
  }

  /// Starts the program; it is killed when the run's deadline passes.
  ///
  /// When it is no more, which can be long after the deadline, `whenEnded` is called.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` if it cannot be started.
  static func start(
    _ exec: HealthCheck.Exec, for endpoint: Endpoint, of service: String, in run: ProbeRun,
    whenEnded: @escaping () -> Void
  ) throws(ProbeFailure) {
    let environment = environment(for: endpoint, of: service, timeout: run.timeout)
    let child = try ChildProcess(exec.command, environment: environment)
    let probe = ExecProbe(
      run, child: child, hasDynamicWeight: exec.hasDynamicWeight, whenEnded: whenEnded)
    run.whenTimedOut = { [weak probe] in probe?.timedOut() }
    probe.poll()
  }

  /// What a program learns of the server it is asked about.
  private static func environment(for endpoint: Endpoint, of service: String, timeout: Duration) -> [String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return [
      "PATH=\(path)", "LANG=C.UTF-8",
      "PINTLE_SERVICE=\(service)",
      "PINTLE_SERVER=\(endpoint)",
      "PINTLE_ADDRESS=\(endpoint.address)",
      "PINTLE_PORT=\(endpoint.port)",
      "PINTLE_TIMEOUT_MS=\(Int((timeout / .milliseconds(1)).rounded()))",
    ]
  }

  private func timedOut() {
    hasTimedOut = true
    pollsSince = run.loop.now
    child.kill()
  }

  private func poll() {
    if let end = child.reap() {
      if !hasTimedOut { judge(end) }
      whenEnded()
      return
    }
    // A program that the kernel cannot end yet is waited for all the same, long after the answer was given.
    let elapsed = Duration(run.loop.now - pollsSince)
    let longest = hasTimedOut ? Self.longestGapOnceKilled : Self.longestGap
    let gap = min(max(elapsed / 8, Self.shortestGap), longest)
    run.loop.assumeIsolated().scheduleTask(in: TimeAmount(gap)) { self.poll() }
  }

  private func judge(_ end: ChildProcess.End) {
    switch end {
    case .exited(0): run.succeed()
    case .exited(let status) where hasDynamicWeight && status >= 2: run.succeed(weight: UInt32(status - 2))
    case .exited(let status): run.reject(.exited(status))
    case .killed(let signal): run.reject(.killed(signal))
    case .lost(let number): run.fail(.system(number))
    }
  }
}
