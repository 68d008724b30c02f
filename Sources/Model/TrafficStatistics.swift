/// What the kernel counted for a service or a server: totals since the last zeroing, and rates.
///
/// The kernel samples the rates every two seconds (`IPVS_STATS_ATTR_*` of `linux/ip_vs.h`).
public struct TrafficStatistics: Hashable, Sendable {
  /// Connections that were scheduled.
  public var connections: UInt64 = 0
  /// Packets from clients.
  public var incomingPackets: UInt64 = 0
  /// Packets from servers; only where replies pass the director.
  public var outgoingPackets: UInt64 = 0
  /// Bytes from clients.
  public var incomingBytes: UInt64 = 0
  /// Bytes from servers; only where replies pass the director.
  public var outgoingBytes: UInt64 = 0
  /// New connections per second.
  public var connectionRate: UInt64 = 0
  /// Packets from clients per second.
  public var incomingPacketRate: UInt64 = 0
  /// Packets from servers per second.
  public var outgoingPacketRate: UInt64 = 0
  /// Bytes from clients per second.
  public var incomingByteRate: UInt64 = 0
  /// Bytes from servers per second.
  public var outgoingByteRate: UInt64 = 0

  /// All zero.
  public init() {}
}
