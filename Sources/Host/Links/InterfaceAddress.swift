internal import Glibc
package import Model
internal import Netlink

/// An address on an interface, as the kernel describes it.
package struct InterfaceAddress: Hashable, Sendable {
  /// The address with the length of its prefix.
  package var network: IPNetwork
  /// Whether duplicate address detection has not finished, or has failed: nobody may use it (IPv6).
  package var isTentative = false
  /// Whether it is a further address of a subnet that has one already (IPv4).
  package var isSecondary = false
  /// How well it serves as a lasting source: the fewer of these it is, the better: about to end, temporary (RFC 8981),
  /// made by the kernel from a router's advertisement (IPv6).
  package var transience: UInt8 = 0
  /// Who made it, as IFA_PROTO says; 0 where nobody said, or before Linux 5.18.
  package var origin: UInt8 = 0
}

extension InterfaceAddress {
  /// The length of struct ifaddrmsg.
  static let headerLength = 8

  //   0       1       2       3       4               8
  //  +-------+-------+-------+-------+---------------+
  //  | family| prefix| flags | scope | index         |   struct ifaddrmsg
  //  +-------+-------+-------+-------+---------------+
  /// Reads a message; nil for a family that is neither IPv4 nor IPv6.
  init?(message: RawSpan) throws(WireError) {
    let prefixLength: UInt8 = try message.load(at: 1)
    var flags = UInt32(try message.load(at: 2, as: UInt8.self))
    var address: [UInt8] = []
    var local: [UInt8] = []
    var origin: UInt8 = 0
    try forEachAttribute(in: message.extracting(droppingFirst: Self.headerLength)) {
      type, value throws(WireError) in
      switch type {
      case AddressAttribute.address: address = try value.prefix(value.byteCount)
      case AddressAttribute.local: local = try value.prefix(value.byteCount)
      // All 32 of them; the header has room for eight.
      case AddressAttribute.flags: flags = try value.uint32()
      case AddressAttribute.origin: origin = try value.byte()
      default: break
      }
    }
    // On a point-to-point link `address` is the other end's.
    guard let own = IPAddress(octets: local.isEmpty ? address : local),
      let network = IPNetwork(own, prefixLength: Int(prefixLength))
    else { return nil }
    self.network = network
    isTentative = flags & (AddressFlag.tentative | AddressFlag.detectionFailed) != 0
    isSecondary = flags & AddressFlag.secondary != 0 && own.family == .ipv4
    if own.family == .ipv6 {
      transience =
        (flags & AddressFlag.deprecated != 0 ? 4 : 0) + (flags & AddressFlag.secondary != 0 ? 2 : 0)
        + (flags & AddressFlag.permanent == 0 ? 1 : 0)
    }
    self.origin = origin
  }

  /// struct ifaddrmsg for a network on an interface.
  static func header(_ network: IPNetwork, interface: Int32) -> [UInt8] {
    let family = network.address.family == .ipv4 ? AF_INET : AF_INET6
    return [UInt8(family), UInt8(network.prefixLength), 0, 0] + bytes(interface)
  }
}
