import Glibc
package import Model
package import NIOCore

/// Asks servers, each question over a connection of its own.
///
/// Everything happens on one event loop, and everything is called on it. What it keeps between probes are the files
/// of checks and what was made of them, and the programs that cannot be ended.
package final class Prober {
  /// Where the probes run.
  package let loop: any EventLoop

  let threads: SideThreads
  let files: CheckFiles
  let contexts = TLSContexts()
  let programs: ExecPrograms

  /// Makes a prober for an event loop.
  package init(on loop: any EventLoop) {
    self.loop = loop
    threads = SideThreads(for: loop)
    files = CheckFiles(by: threads)
    programs = ExecPrograms(by: threads)
  }

  /// Asks once.
  ///
  /// - Parameters:
  ///   - endpoint: the server.
  ///   - check: the question, the deadline over all phases, and where it is asked from.
  ///   - service: what the operator calls the service, for the programs that check.
  /// - Returns: what was found, exactly once, and when the connection is closed; it never fails.
  package func probe(
    _ endpoint: Endpoint, by check: HealthCheck, of service: String = ""
  ) -> EventLoopFuture<ProbeReport> {
    loop.preconditionInEventLoop()
    let run = ProbeRun(on: loop, timeout: check.timeout)
    do {
      if let source = check.source, source.family != endpoint.address.family {
        throw ProbeFailure.misconfigured("\(source) cannot speak to \(endpoint.address)")
      }
      let paths = check.probe.files
      if paths.isEmpty {
        try ask(endpoint, by: check, of: service, with: [:], in: run)
      } else {
        files.look(at: paths, for: run) { files throws(ProbeFailure) in
          run.begin()
          try self.ask(endpoint, by: check, of: service, with: files, in: run)
        }
      }
    } catch {
      run.fail(error)
    }
    return run.report
  }

  private func ask(
    _ endpoint: Endpoint, by check: HealthCheck, of service: String, with files: [String: FileContents],
    in run: ProbeRun
  ) throws(ProbeFailure) {
    let source = check.source
    switch check.probe {
    case .tcp:
      let probe = TCPProbe(run, leaving: .reset)
      run.connect(to: endpoint, from: source, options: [TCPProbe.withoutTrace], through: [probe])
    case .tls(let tls):
      let handlers = try self.tls(tls, to: endpoint, with: files, in: run) + [TCPProbe(run, leaving: .close)]
      run.connect(to: endpoint, from: source, through: handlers)
    case .http(let http): try converse(http, with: endpoint, from: source, files, in: run)
    case .https(let http, let tls):
      try converse(http, over: tls, with: endpoint, from: source, files, in: run)
    case .exec(let exec):
      programs.start(exec, for: endpoint, of: service, in: run)
    case .file(let file):
      FileProbe.start(file, for: endpoint, by: threads, in: run)
    case .dns(let dns):
      let query = try DNSQuery(dns, identifier: .random(in: 0 ... .max))
      let socket = try DatagramSocket(.udp, to: endpoint, from: source)
      try DatagramProbe.start(
        over: socket, to: endpoint, asking: query.message, in: run, judge: query.judge)
    case .udp(let udp):
      run.silenceIsHealthy = udp.expectedAnswer == nil
      let socket = try DatagramSocket(.udp, to: endpoint, from: source)
      try DatagramProbe.start(over: socket, to: endpoint, asking: udp.payload, in: run) { answer in
        guard let expected = udp.expectedAnswer, !answer.contains(expected) else { return .healthy }
        return .failed(.content)
      }
    case .ping:
      try ping(endpoint.address, from: source, in: run)
    }
  }

  private func ping(_ server: IPAddress, from source: IPAddress?, in run: ProbeRun) throws(ProbeFailure) {
    let request = EchoRequest(server.family, token: .random(in: 0 ... .max))
    let endpoint = Endpoint(server, port: 0)
    let socket: DatagramSocket
    do {
      socket = try DatagramSocket(.echo, to: endpoint, from: source)
    } catch .system(EACCES) {
      socket = try DatagramSocket(.raw, to: endpoint, from: source)
    }
    try DatagramProbe.start(
      over: socket, to: endpoint, asking: request.message, in: run, judge: request.judge)
  }

  /// Asks by HTTP, over another connection where the server ends one before all is asked.
  private func converse(
    _ http: HealthCheck.HTTP, over tls: HealthCheck.TLS? = nil, with endpoint: Endpoint,
    from source: IPAddress?, _ files: [String: FileContents], in run: ProbeRun
  ) throws(ProbeFailure) {
    var handlers: [any ChannelHandler] = []
    if let tls {
      handlers = try self.tls(
        tls, to: endpoint, with: files, in: run, offering: [HTTPProbe.applicationProtocol])
    }
    let host = tls?.serverName.map { "\($0):\(endpoint.port)" } ?? endpoint.description
    let token = try http.token(in: files)
    handlers += try HTTPProbe.handlers(run, host: host, http: http, token: token) { requests in
      var rest = http
      rest.requests = Array(requests)
      do throws(ProbeFailure) {
        try self.converse(rest, over: tls, with: endpoint, from: source, files, in: run)
      } catch {
        run.fail(error)
      }
    }
    run.connect(to: endpoint, from: source, through: handlers)
  }

  private func tls(
    _ requirements: HealthCheck.TLS, to endpoint: Endpoint, with files: [String: FileContents],
    in run: ProbeRun,
    offering protocols: [String] = []
  ) throws(ProbeFailure) -> [any ChannelHandler] {
    let context = try contexts.context(for: requirements, applicationProtocols: protocols, files: files)
    return try TLSProbe.handlers(run, server: endpoint.address, requirements: requirements, context: context)
  }
}
