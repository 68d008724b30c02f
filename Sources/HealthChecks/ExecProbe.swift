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
  private var child: ChildProcess?
  private let hasDynamicWeight: Bool
  private let whenEnded: () -> Void
  private var pollsSince: NIODeadline
  private var hasTimedOut = false

  /// A probe whose program is not started yet.
  ///
  /// When the program is no more, which can be long after the deadline, or cannot be started, `whenEnded` is called.
  init(_ run: ProbeRun, hasDynamicWeight: Bool, whenEnded: @escaping () -> Void) {
    self.run = run
    self.hasDynamicWeight = hasDynamicWeight
    self.whenEnded = whenEnded
    pollsSince = run.loop.now
  }

  /// Whether the program runs, or did.
  var hasStarted: Bool { child != nil }

  /// Starts the program; it is killed when the run's deadline passes.
  func start(_ exec: HealthCheck.Exec, for endpoint: Endpoint, of service: String, by threads: SideThreads) {
    let environment = Self.environment(for: endpoint, of: service, timeout: run.timeout)
    run.whenTimedOut = { [weak self] in self?.timedOut() }
    threads.perform(on: exec.program, for: run) {
      try ChildProcess(exec.command, environment: environment)
    } _: { result in
      switch result {
      case .success(let child): self.watch(child)
      case .failure(let error):
        self.run.fail(error)
        self.whenEnded()
      }
    }
  }

  private func watch(_ child: ChildProcess) {
    self.child = child
    pollsSince = run.loop.now
    // It took too long to start.
    if hasTimedOut { child.kill() }
    poll(child)
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
    child?.kill()
  }

  private func poll(_ child: ChildProcess) {
    if let end = child.reap() {
      if !hasTimedOut { judge(end) }
      whenEnded()
      return
    }
    // A program that the kernel cannot end yet is waited for all the same, long after the answer was given.
    let elapsed = Duration(run.loop.now - pollsSince)
    let longest = hasTimedOut ? Self.longestGapOnceKilled : Self.longestGap
    let gap = min(max(elapsed / 8, Self.shortestGap), longest)
    run.loop.assumeIsolated().scheduleTask(in: TimeAmount(gap)) { self.poll(child) }
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
