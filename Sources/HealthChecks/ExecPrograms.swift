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

  /// Who waits for the end of each program that is there.
  private var waiting: [Key: [ProbeRun]] = [:]

  /// Starts the program, at once or when the former one is no more.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` if it cannot be started.
  func start(
    _ exec: HealthCheck.Exec, for endpoint: Endpoint, of service: String, in run: ProbeRun
  ) throws(ProbeFailure) {
    run.begin(.program)
    try start(Key(exec: exec, endpoint: endpoint, service: service), in: run)
  }

  private func start(_ key: Key, in run: ProbeRun) throws(ProbeFailure) {
    if let others = waiting[key] {
      waiting[key] = others.filter { !$0.isDecided } + [run]
      return
    }
    waiting[key] = []
    do throws(ProbeFailure) {
      try ExecProbe.start(key.exec, for: key.endpoint, of: key.service, in: run) { self.ended(key) }
    } catch {
      waiting[key] = nil
      throw error
    }
  }

  private func ended(_ key: Key) {
    for run in waiting.removeValue(forKey: key) ?? [] where !run.isDecided {
      do throws(ProbeFailure) { try start(key, in: run) } catch { run.fail(error) }
    }
  }
}
