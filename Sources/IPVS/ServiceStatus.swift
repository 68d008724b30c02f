public import Model

/// A virtual service as the kernel has it: its configuration and what it counted.
public struct ServiceStatus: Hashable, Sendable {
  /// The configuration.
  public var service: VirtualService
  /// The counters.
  public var statistics: TrafficStatistics

  /// Joins a configuration and its counters.
  public init(_ service: VirtualService, statistics: TrafficStatistics = TrafficStatistics()) {
    self.service = service
    self.statistics = statistics
  }
}
