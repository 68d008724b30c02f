/// Attributes of a sync daemon (`IPVS_DAEMON_ATTR_*`).
package enum DaemonAttribute {
  /// u32: 1 master, 2 backup.
  package static let state: UInt16 = 1
  /// String of at most 15 bytes.
  package static let interface: UInt16 = 2
  /// u32.
  package static let syncID: UInt16 = 3
  /// u16 in host order.
  package static let maximumLength: UInt16 = 4
  /// 4 bytes in network order.
  package static let group: UInt16 = 5
  /// 16 bytes in network order.
  package static let group6: UInt16 = 6
  /// u16 in host order, unlike every other port of the family.
  package static let port: UInt16 = 7
  /// u8.
  package static let timeToLive: UInt16 = 8
}
