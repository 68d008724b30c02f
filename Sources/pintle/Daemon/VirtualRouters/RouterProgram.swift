internal import Glibc
internal import HealthChecks
internal import Host
internal import Model

/// One run of a program that a virtual router asks for; the calling thread waits for it.
struct RouterProgram {
  /// How long to wait before looking again whether it has ended, in microseconds.
  private static let pause: UInt32 = 5_000
  /// How long a program that was killed is waited for, in nanoseconds; by then only the kernel can be in its way.
  private static let grace: Int64 = 1_000_000_000

  /// The program by its absolute path, and its arguments.
  let command: [String]
  /// `NAME=value`; nothing else of the daemon's environment but PATH reaches it.
  let environment: [String]
  /// How long it may take, and the wait for a former one; then it and all that it has started are killed.
  let timeout: Duration

  /// Runs it, without input; its output goes nowhere.
  ///
  /// - Parameter former: a program that was to run before and could not be ended, because it waits for a disk or a file
  ///   system that is gone: no other is started beside it. This one is it then, if it cannot be ended either.
  /// - Returns: nil if it exited with 0, otherwise what went wrong.
  func run(after former: inout ChildProcess?) -> String? {
    if let child = former {
      guard Self.end(of: child, by: BootClock.now + timeout.nanoseconds) != nil else {
        return "the one before cannot be ended"
      }
      former = nil
    }
    let deadline = BootClock.now + timeout.nanoseconds
    do throws(ProbeFailure) {
      let path = getenv("PATH").map { ["PATH=\(String(cString: $0))"] } ?? []
      let child = try ChildProcess(command, environment: path + environment)
      switch Self.end(of: child, by: deadline) {
      case .exited(0)?: return nil
      case .exited(let status)?: return "exit status \(status)"
      case .killed(let signal)?: return "killed by signal \(signal)"
      case .lost(let number)?: return "its end was not seen (\(systemErrorText(number)))"
      case nil:
        child.kill()
        if Self.end(of: child, by: BootClock.now + Self.grace) == nil { former = child }
        return "no end within \(timeout)"
      }
    } catch {
      return "\(error)"
    }
  }

  /// Waits for a program that could not be ended, however long that takes.
  static func await(_ former: ChildProcess?) {
    if let former { _ = end(of: former, by: .max) }
  }

  /// Waits for a program.
  ///
  /// - Returns: how it ended; nil: it has not by this time, in nanoseconds.
  private static func end(of child: ChildProcess, by deadline: Int64) -> ChildProcess.End? {
    while true {
      if let end = child.reap() { return end }
      if BootClock.now >= deadline { return nil }
      usleep(pause)
    }
  }
}
