public import Model

/// A real server as the kernel has it: its configuration, its connections and what it counted.
public struct ServerStatus: Hashable, Sendable {
  /// The configuration.
  public var server: RealServer
  /// The connections that it has now.
  public var connections: ConnectionCounts
  /// The counters.
  public var statistics: TrafficStatistics

  /// Joins a configuration, its connections and its counters.
  public init(
    _ server: RealServer, connections: ConnectionCounts = ConnectionCounts(),
    statistics: TrafficStatistics = TrafficStatistics()
  ) {
    self.server = server
    self.connections = connections
    self.statistics = statistics
  }
}
