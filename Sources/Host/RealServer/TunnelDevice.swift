internal import CKernel
internal import Glibc
package import Model
internal import Netlink

/// The receiving end of a director's tunnel on a real server: a device that takes the outer header off.
///
/// It is bound to the server's own address, because the kernel has a device for every address already, which others
/// may use. Generic UDP encapsulation is taken off before, by a port (``EncapsulationPorts``); what is inside of it is
/// IP in IP again.
package struct TunnelDevice: Hashable, Sendable {
  /// What the kernel calls the sort of device.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// IPv4 in IPv4.
    case ipip
    /// IPv6 in IPv4.
    case sit
    /// Anything in IPv6.
    case ip6tnl
    /// GRE over IPv4.
    case gre
    /// GRE over IPv6.
    case ip6gre
  }

  /// The sort of device.
  package let kind: Kind
  /// The server's address, which the outer header is addressed to.
  package let local: IPAddress
  /// Whether the packets carry a checksum of GRE, which the kernel then insists on.
  package let hasChecksum: Bool

  /// The device that receives a tunnel for a service of a family.
  package init(for tunnel: Tunnel, at local: IPAddress, carrying inner: AddressFamily) {
    self.local = local
    var hasChecksum = false
    switch (tunnel, local.family, inner) {
    case (.gre(let checksum), .ipv4, _): (kind, hasChecksum) = (.gre, checksum == .full)
    case (.gre(let checksum), .ipv6, _): (kind, hasChecksum) = (.ip6gre, checksum == .full)
    case (_, .ipv4, .ipv4): kind = .ipip
    case (_, .ipv4, .ipv6): kind = .sit
    case (_, .ipv6, _): kind = .ip6tnl
    }
    self.hasChecksum = hasChecksum
  }

  /// Its name, at most 15 bytes.
  package var name: String { Self.name(of: kind) }

  /// The names that devices of all sorts have.
  package static var names: [String] { Kind.allCases.map(name) }

  private static func name(of kind: Kind) -> String { "pintle-\(kind.rawValue)" }

  /// The request that makes it (linux/if_link.h, linux/if_tunnel.h).
  var creation: NetlinkConversation.Message {
    NetlinkConversation.Message(
      type: RouteMessage.newLink, flags: UInt16(NLM_F_CREATE | NLM_F_EXCL),
      header: Link.header(flags: UInt32(IFF_UP), change: UInt32(IFF_UP))
    ) { [self] writer in
      writer.string(LinkAttribute.name, name)
      writer.nest(LinkAttribute.info) { info in
        info.string(LinkAttribute.kind, kind.rawValue)
        info.nest(LinkAttribute.data) { data in
          switch kind {
          case .ipip, .sit, .ip6tnl:
            data.octets(TunnelAttribute.local, local.octets)
          case .gre, .ip6gre:
            data.octets(TunnelAttribute.greLocal, local.octets)
            if hasChecksum {
              data.uint16InNetworkOrder(TunnelAttribute.greInputFlags, TunnelAttribute.greChecksum)
            }
          }
        }
      }
    }
  }
}

/// Numbers of linux/if_tunnel.h.
enum TunnelAttribute {
  static let local: UInt16 = 2
  static let greInputFlags: UInt16 = 2
  static let greLocal: UInt16 = 6
  static let greChecksum: UInt16 = 0x8000
}
