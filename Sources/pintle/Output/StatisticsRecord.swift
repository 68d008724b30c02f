internal import IPVS
internal import Model

/// Totals since the last zeroing, and rates per second.
struct StatisticsRecord: Encodable {
  let connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes: UInt64
  let connectionRate, incomingPacketRate, outgoingPacketRate, incomingByteRate, outgoingByteRate: UInt64

  init(_ statistics: TrafficStatistics) {
    connections = statistics.connections
    incomingPackets = statistics.incomingPackets
    outgoingPackets = statistics.outgoingPackets
    incomingBytes = statistics.incomingBytes
    outgoingBytes = statistics.outgoingBytes
    connectionRate = statistics.connectionRate
    incomingPacketRate = statistics.incomingPacketRate
    outgoingPacketRate = statistics.outgoingPacketRate
    incomingByteRate = statistics.incomingByteRate
    outgoingByteRate = statistics.outgoingByteRate
  }
}
