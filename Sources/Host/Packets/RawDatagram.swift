package import Model

/// What a raw socket delivers.
package enum RawDatagram: Hashable, Sendable {
  /// A whole packet with its IPv4 header.
  case ipv4Packet([UInt8])
  /// What follows the IPv6 header, and what the header said; a hop limit that is not known is 0.
  case ipv6(source: IPv6Address, destination: IPv6Address, hopLimit: UInt8, message: [UInt8])
}
