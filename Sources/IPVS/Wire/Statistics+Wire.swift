package import Model
package import Netlink

extension TrafficStatistics {
  /// Reads either nest of counters; the old one has most of them in 32 bits, and both may hold padding.
  package init(decoding nest: RawSpan) throws(WireError) {
    self.init()
    try forEachAttribute(in: nest) { type, value throws(WireError) in
      let count = value.byteCount == 4 ? UInt64(try value.uint32()) : try value.uint64OrPadding()
      switch type {
      case 1: connections = count
      case 2: incomingPackets = count
      case 3: outgoingPackets = count
      case 4: incomingBytes = count
      case 5: outgoingBytes = count
      case 6: connectionRate = count
      case 7: incomingPacketRate = count
      case 8: outgoingPacketRate = count
      case 9: incomingByteRate = count
      case 10: outgoingByteRate = count
      default: break
      }
    }
  }
}

extension RawSpan {
  /// Padding is an attribute without a value, whose only use is to align the next one.
  fileprivate func uint64OrPadding() throws(WireError) -> UInt64 {
    byteCount == 0 ? 0 : try uint64()
  }
}
