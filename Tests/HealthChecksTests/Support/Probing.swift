import HealthChecks
import Model
import NIOCore
import NIOPosix

/// A prober on a loop of its own, for tests that live elsewhere.
struct Probing: Sendable {
  let loop: any EventLoop

  private let prober: NIOLoopBound<Prober>

  init() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    self.loop = loop
    prober = try await loop.submit { NIOLoopBound(Prober(on: loop), eventLoop: loop) }.get()
  }

  /// Probes once, and returns the whole report.
  func report(
    _ endpoint: Endpoint, _ probe: HealthCheck.Probe, timeout: Duration = .seconds(10)
  ) async throws -> ProbeReport {
    try await timedReport(endpoint, probe, timeout: timeout).report
  }

  /// Checks once, from a source of its own for example.
  func report(_ endpoint: Endpoint, by check: HealthCheck) async throws -> ProbeReport {
    try await loop.flatSubmit { prober.value.probe(endpoint, by: check, of: "a service") }.get()
  }

  /// Looks whether a check can run.
  func preparation(of probe: HealthCheck.Probe) async throws -> ProbeFailure? {
    try await loop.flatSubmit { prober.value.prepare(HealthCheck(probe)) }.get()
  }

  /// Probes once, and measures on the loop how long it took.
  func timedReport(
    _ endpoint: Endpoint, _ probe: HealthCheck.Probe, timeout: Duration
  ) async throws -> (report: ProbeReport, elapsed: Duration) {
    try await loop.flatSubmit {
      let began = loop.now
      return prober.value.probe(endpoint, by: HealthCheck(probe, timeout: timeout)).map {
        ($0, Duration(loop.now - began))
      }
    }.get()
  }
}

/// Probes once with a prober of its own.
///
/// The default time-out is one that no test waits for.
func probe(
  _ endpoint: Endpoint, _ probe: HealthCheck.Probe, timeout: Duration = .seconds(10)
) async throws -> ProbeResult {
  try await Probing().report(endpoint, probe, timeout: timeout).result
}

extension ProbeFailure {
  /// What a check says whose source is no address of this host.
  static let absentSource = misconfigured(
    "Cannot assign requested address (is the check's source an address of this host, and has it a port left?)"
  )
}

/// Requirements that an authority's own servers meet.
func trusting(_ authority: Authority, _ serverName: String? = nil) -> HealthCheck.TLS {
  HealthCheck.TLS(authorityFile: authority.file, serverName: serverName)
}
