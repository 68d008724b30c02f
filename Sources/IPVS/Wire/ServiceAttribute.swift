/// Attributes of a service (`IPVS_SVC_ATTR_*`).
package enum ServiceAttribute {
  /// u16, `AF_INET` or `AF_INET6`.
  package static let addressFamily: UInt16 = 1
  /// u16 in host order.
  package static let transport: UInt16 = 2
  /// 4 or 16 bytes in network order; the kernel answers 16.
  package static let address: UInt16 = 3
  /// u16 in network order.
  package static let port: UInt16 = 4
  /// u32; present: protocol, address and port do not count.
  package static let firewallMark: UInt16 = 5
  /// String of at most 15 bytes.
  package static let scheduler: UInt16 = 6
  /// u32 of flags and u32 of the mask of those that are meant.
  package static let flags: UInt16 = 7
  /// u32, seconds of persistence.
  package static let timeout: UInt16 = 8
  /// u32: an IPv4 mask in network order, or an IPv6 prefix length in host order, then never 0.
  package static let netmask: UInt16 = 9
  package static let statistics: UInt16 = 10
  /// String of at most 15 bytes.
  package static let persistenceEngine: UInt16 = 11
  package static let statistics64: UInt16 = 12
}
