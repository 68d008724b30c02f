package import Model
import NIOCore

extension Prober {
  /// Begins to check a server.
  ///
  /// - Parameters:
  ///   - endpoint: where it is asked.
  ///   - check: what is asked, how often and how patiently.
  ///   - service: what the operator calls the service, for the programs that check; empty: nothing.
  ///   - delay: until the first probe; ``CheckSchedule/offset(of:among:interval:)`` staggers many.
  ///   - deliver: takes every report, on the loop.
  /// - Returns: the checker, which whoever wants the reports must hold.
  package func check(
    _ endpoint: Endpoint, by check: HealthCheck, of service: String = "", after delay: Duration = .zero,
    deliver: @escaping (ProbeReport) -> Void
  ) -> ServerChecker {
    ServerChecker(
      on: loop, after: delay, schedule: CheckSchedule(interval: check.interval),
      probe: { self.probe(endpoint, by: check, of: service) },
      sentinel: check.sentinel ? Sentinel(of: endpoint, from: check.source, on: loop) : nil,
      confirmations: check.fall - 1, deliver: deliver)
  }
}
