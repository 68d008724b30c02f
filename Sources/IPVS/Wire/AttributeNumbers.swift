/// Attributes of a message (`IPVS_CMD_ATTR_*` of `linux/ip_vs.h`).
package enum MessageAttribute {
  package static let service: UInt16 = 1
  package static let destination: UInt16 = 2
  package static let daemon: UInt16 = 3
  package static let timeoutTCP: UInt16 = 4
  package static let timeoutTCPFin: UInt16 = 5
  package static let timeoutUDP: UInt16 = 6
}

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

/// Attributes of the answer to `getInfo` (`IPVS_INFO_ATTR_*`).
package enum InfoAttribute {
  /// u32: major, minor and patch in a byte each.
  package static let version: UInt16 = 1
  /// u32, a power of two.
  package static let connectionTableSize: UInt16 = 2
}
