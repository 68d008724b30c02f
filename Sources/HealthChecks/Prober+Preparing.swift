import Glibc
package import Model

extension Prober {
  /// Looks whether a check can run at all, and reads what it needs: authority, certificate and token files.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
  package func prepare(_ check: HealthCheck) throws(ProbeFailure) {
    switch check.probe {
    case .tls(let tls):
      _ = try contexts.context(for: tls, applicationProtocols: [])
    case .http(let http):
      try prepare(http)
    case .https(let http, let tls):
      _ = try contexts.context(for: tls, applicationProtocols: [HTTPProbe.applicationProtocol])
      try prepare(http)
    case .exec(let exec):
      guard let program = exec.command.first, access(program, X_OK) == 0 else {
        throw .misconfigured("\(exec.command.first ?? ""): \(String(cString: strerror(errno)))")
      }
    case .tcp, .dns, .udp, .ping, .file: break
    }
  }

  private func prepare(_ http: HealthCheck.HTTP) throws(ProbeFailure) {
    if let file = http.tokenFile { _ = try tokens.token(in: file) }
  }
}
