/// Attributes of a destination (`IPVS_DEST_ATTR_*`).
package enum DestinationAttribute {
  /// 4 or 16 bytes in network order; the kernel answers 16.
  package static let address: UInt16 = 1
  /// u16 in network order.
  package static let port: UInt16 = 2
  /// u32, of which the low three bits count.
  package static let forwardingMethod: UInt16 = 3
  /// u32, which the kernel reads as a signed number.
  package static let weight: UInt16 = 4
  package static let upperThreshold: UInt16 = 5
  package static let lowerThreshold: UInt16 = 6
  package static let activeConnections: UInt16 = 7
  package static let inactiveConnections: UInt16 = 8
  package static let persistentConnections: UInt16 = 9
  package static let statistics: UInt16 = 10
  /// u16; absent or 0: the service's.
  package static let addressFamily: UInt16 = 11
  package static let statistics64: UInt16 = 12
  /// u8: 0 ipip, 1 gue, 2 gre.
  package static let tunnelType: UInt16 = 13
  /// u16 in network order.
  package static let tunnelPort: UInt16 = 14
  /// u16 in host order.
  package static let tunnelFlags: UInt16 = 15
}
