internal import Glibc
internal import HealthChecks
internal import Host
internal import Model

/// One run of a program that a virtual router asks for; the calling thread waits for it.
struct RouterProgram {
  /// How long to wait before looking again whether it has ended, in microseconds.
  private static let pause: UInt32 = 5_000

  /// The program by its absolute path, and its arguments.
  let command: [String]
  /// `NAME=value`; nothing else of the daemon's environment but PATH reaches it.
  let environment: [String]
  /// How long it may take; then it and all that it has started are killed.
  let timeout: Duration

  /// Runs it, without input; its output goes nowhere.
  ///
  /// - Returns: nil if it exited with 0, otherwise what went wrong.
  func run() -> String? {
    do throws(ProbeFailure) {
      let path = getenv("PATH").map { ["PATH=\(String(cString: $0))"] } ?? []
      let child = try ChildProcess(command, environment: path + environment)
      let deadline = BootClock.now + timeout.nanoseconds
      while true {
        switch child.reap() {
        case .exited(0)?: return nil
        case .exited(let status)?: return "exit status \(status)"
        case .killed(let signal)?: return "killed by signal \(signal)"
        case .lost(let number)?: return "its end was not seen (errno \(number))"
        case nil where BootClock.now >= deadline:
          child.kill()
          while child.reap() == nil { usleep(Self.pause) }
          return "no end within \(timeout)"
        case nil: usleep(Self.pause)
        }
      }
    } catch {
      return "\(error)"
    }
  }
}
