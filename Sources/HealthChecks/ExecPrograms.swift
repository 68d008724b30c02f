import Glibc
import Model

/// The programs of all exec checks: of each check and server there is one at a time.
///
/// A program that waits for a file system that is gone cannot be killed. As long as it is there no other one is started
/// in its place, so that they do not pile up; the probes that wait for it time out.
final class ExecPrograms {
  private struct Key: Hashable {
    var exec: HealthCheck.Exec
    var endpoint: Endpoint
    var service: String
  }

  private let threads: SideThreads
  /// The programs that are there, or are being started, and who waits for the end of each.
  private var underWay: [Key: (probe: ExecProbe, waiting: [ProbeRun])] = [:]

  /// None yet.
  init(by threads: SideThreads) {
    self.threads = threads
  }

  /// Starts the program, at once or when the former one is no more.
  func start(_ exec: HealthCheck.Exec, for endpoint: Endpoint, of service: String, in run: ProbeRun) {
    run.begin(.program)
    start(Key(exec: exec, endpoint: endpoint, service: service), in: run)
  }

  private func start(_ key: Key, in run: ProbeRun) {
    if let (probe, waiting) = underWay[key] {
      // Of one that cannot even be started the server knows nothing.
      if !probe.hasStarted { run.verdict = .unanswered(key.exec.program) }
      underWay[key]?.waiting = waiting.filter { !$0.isDecided } + [run]
      return
    }
    let probe = ExecProbe(run, hasDynamicWeight: key.exec.hasDynamicWeight) {
      for run in self.underWay.removeValue(forKey: key)?.waiting ?? [] where !run.isDecided {
        run.verdict = nil
        self.start(key, in: run)
      }
    }
    underWay[key] = (probe, [])
    probe.start(key.exec, for: key.endpoint, of: key.service, by: threads)
  }

  /// Looks whether there is such a program, and has that be the answer of a run.
  func look(at exec: HealthCheck.Exec, for run: ProbeRun) {
    let program = exec.program
    threads.perform(on: program, for: run) {
      guard access(program, X_OK) == 0 else { throw ProbeFailure.unreadable(program) }
    } _: { result in
      switch result {
      case .success: run.succeed()
      case .failure(let error): run.fail(error)
      }
    }
  }
}

extension HealthCheck.Exec {
  /// The program's path.
  var program: String { command.first ?? "" }
}
