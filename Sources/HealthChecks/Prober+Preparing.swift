package import Model
package import NIOCore

extension Prober {
  /// How long the file systems may take to answer.
  private static let patience = Duration.seconds(5)

  /// Looks whether a check can run at all, and reads what it needs: authority, certificate and token files.
  ///
  /// - Returns: nil: it can; otherwise ``ProbeFailure`` `.misconfigured` with the reason, within five seconds.
  package func prepare(_ check: HealthCheck) -> EventLoopFuture<ProbeFailure?> {
    loop.preconditionInEventLoop()
    let run = ProbeRun(on: loop, timeout: Self.patience)
    if case .exec(let exec) = check.probe {
      programs.look(at: exec, for: run)
    } else {
      files.look(at: check.probe.files, for: run) { files throws(ProbeFailure) in
        try self.prepare(check.probe, with: files)
        run.succeed()
      }
    }
    return run.report.map { report in
      guard case .failed(let failure) = report.result else { return nil }
      return failure
    }
  }

  private func prepare(
    _ probe: HealthCheck.Probe, with files: [String: FileContents]
  ) throws(ProbeFailure) {
    switch probe {
    case .tls(let tls):
      _ = try contexts.context(for: tls, applicationProtocols: [], files: files)
    case .http(let http):
      _ = try http.token(in: files)
    case .https(let http, let tls):
      _ = try contexts.context(
        for: tls, applicationProtocols: [HTTPProbe.applicationProtocol], files: files)
      _ = try http.token(in: files)
    case .tcp, .dns, .udp, .ping, .exec, .file: break
    }
  }
}
