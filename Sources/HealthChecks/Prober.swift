package import Model
package import NIOCore

/// Asks servers, each question over a connection of its own.
///
/// Everything happens on one event loop, and everything is called on it. What it keeps between probes are the parsed
/// authority files.
package final class Prober {
  /// Where the probes run.
  package let loop: any EventLoop

  private let contexts = TLSContexts()

  /// Makes a prober for an event loop.
  package init(on loop: any EventLoop) {
    self.loop = loop
  }

  /// Asks once.
  ///
  /// - Parameters:
  ///   - endpoint: the server.
  ///   - probe: the question.
  ///   - timeout: the deadline over all phases.
  /// - Returns: what was found, exactly once, and when the connection is closed; it never fails.
  package func probe(
    _ endpoint: Endpoint, _ probe: HealthCheck.Probe, timeout: Duration
  ) -> EventLoopFuture<ProbeReport> {
    loop.preconditionInEventLoop()
    let run = ProbeRun(on: loop, timeout: timeout)
    do {
      let handlers = try handlers(for: probe, of: endpoint, in: run)
      run.connect(to: endpoint, options: probe == .tcp ? [TCPProbe.withoutTrace] : [], through: handlers)
    } catch {
      run.fail(error)
    }
    return run.report
  }

  private func handlers(
    for probe: HealthCheck.Probe, of endpoint: Endpoint, in run: ProbeRun
  ) throws(ProbeFailure) -> [any ChannelHandler] {
    switch probe {
    case .tcp:
      return [TCPProbe(run, leaving: .reset)]
    case .tls(let tls):
      return try self.tls(tls, to: endpoint, in: run) + [TCPProbe(run, leaving: .close)]
    case .http(let request):
      return try HTTPProbe.handlers(run, host: endpoint.description, request: request)
    case .https(let request, let tls):
      let host = tls.serverName.map { "\($0):\(endpoint.port)" } ?? endpoint.description
      let http = try HTTPProbe.handlers(run, host: host, request: request)
      return try self.tls(tls, to: endpoint, in: run, offering: [HTTPProbe.applicationProtocol]) + http
    }
  }

  private func tls(
    _ requirements: HealthCheck.TLS, to endpoint: Endpoint, in run: ProbeRun,
    offering protocols: [String] = []
  ) throws(ProbeFailure) -> [any ChannelHandler] {
    let context = try contexts.context(for: requirements, applicationProtocols: protocols)
    return try TLSProbe.handlers(run, server: endpoint.address, requirements: requirements, context: context)
  }
}
