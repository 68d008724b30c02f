/// Attributes of a message (`IPVS_CMD_ATTR_*` of `linux/ip_vs.h`).
package enum MessageAttribute {
  package static let service: UInt16 = 1
  package static let destination: UInt16 = 2
  package static let daemon: UInt16 = 3
  package static let timeoutTCP: UInt16 = 4
  package static let timeoutTCPFin: UInt16 = 5
  package static let timeoutUDP: UInt16 = 6
}
