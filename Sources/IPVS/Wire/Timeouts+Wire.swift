package import Model
package import Netlink

extension ConnectionTimeouts {
  /// Writes those that are to change.
  package func encode(into writer: inout MessageWriter) {
    if tcp != 0 { writer.uint32(MessageAttribute.timeoutTCP, tcp) }
    if tcpFin != 0 { writer.uint32(MessageAttribute.timeoutTCPFin, tcpFin) }
    if udp != 0 { writer.uint32(MessageAttribute.timeoutUDP, udp) }
  }

  /// Reads the attributes of the answer to `getConfig`.
  package init(decoding message: RawSpan) throws(WireError) {
    self.init()
    try forEachAttribute(in: message) { type, value throws(WireError) in
      switch type {
      case MessageAttribute.timeoutTCP: tcp = try value.uint32()
      case MessageAttribute.timeoutTCPFin: tcpFin = try value.uint32()
      case MessageAttribute.timeoutUDP: udp = try value.uint32()
      default: break
      }
    }
  }
}
