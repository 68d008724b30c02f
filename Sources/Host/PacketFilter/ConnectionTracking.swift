internal import CKernel
internal import Glibc
package import Model
package import Netlink

/// What the kernel's connection tracking remembers (linux/netfilter/nfnetlink_conntrack.h).
package struct ConnectionTracking: ~Copyable {
  /// A connection that it remembers.
  package struct Entry: Hashable, Sendable {
    /// Its client's way, before any translation.
    package let path: PacketFilterRules.Path
    fileprivate let family: UInt8
    /// CTA_TUPLE_ORIG, CTA_ZONE and CTA_ID, by which the kernel knows it.
    fileprivate let identity: [UInt16: [UInt8]]
  }

  /// NFNL_SUBSYS_CTNETLINK with IPCTNL_MSG_CT_NEW, IPCTNL_MSG_CT_GET and IPCTNL_MSG_CT_DELETE.
  private enum MessageType {
    static let entry: UInt16 = 1 << 8
    static let all: UInt16 = 1 << 8 | 1
    static let delete: UInt16 = 1 << 8 | 2
  }

  fileprivate enum Attribute {
    /// CTA_TUPLE_ORIG; in it CTA_TUPLE_IP with CTA_IP_V4_SRC and those that follow, and CTA_TUPLE_PROTO with
    /// CTA_PROTO_NUM, CTA_PROTO_SRC_PORT and CTA_PROTO_DST_PORT.
    static let original: UInt16 = 1
    /// CTA_TUPLE_REPLY, CTA_STATUS, CTA_NAT_SRC and CTA_TIMEOUT.
    static let reply: UInt16 = 2
    static let status: UInt16 = 3
    static let sourceNAT: UInt16 = 6
    static let timeout: UInt16 = 7
    static let addresses: UInt16 = 1
    static let sources: Set<UInt16> = [1, 3]
    static let destinations: Set<UInt16> = [2, 4]
    static let transport: UInt16 = 2
    static let number: UInt16 = 1
    static let sourcePort: UInt16 = 2
    static let destinationPort: UInt16 = 3
    /// CTA_PROTOINFO, in it CTA_PROTOINFO_TCP, and in that CTA_PROTOINFO_TCP_STATE.
    static let details: UInt16 = 4
    /// CTA_ID and CTA_ZONE.
    static let other: Set<UInt16> = [12, 18]
    static let tcp: UInt16 = 1
    static let state: UInt16 = 1
  }

  /// TCP_CONNTRACK_SYN_SENT and TCP_CONNTRACK_SYN_SENT2 (linux/netfilter/nf_conntrack_tcp.h).
  private static let unanswered: Set<UInt8> = [1, 9]
  /// TCP_CONNTRACK_ESTABLISHED.
  private static let established: UInt8 = 3
  /// IPS_SEEN_REPLY, IPS_ASSURED and IPS_CONFIRMED (linux/netfilter/nf_conntrack_common.h).
  private static let answered: UInt32 = 1 << 1 | 1 << 2 | 1 << 3
  /// The length of struct nfgenmsg.
  fileprivate static let headerLength = 4

  private var netlink: NetlinkConversation

  /// Opens the conversation; the kernel loads what is behind it.
  ///
  /// - Throws: where the kernel does not tell.
  package init() throws(NetlinkError) {
    netlink = NetlinkConversation(over: try NetlinkSocket(.packetFilter, receiveTimeout: .seconds(5)))
  }

  /// The TCP connections that nobody has answered yet, of which this is true.
  ///
  /// - Parameters:
  ///   - limit: how many at most: whoever reaches a service can begin as many as the tracking holds.
  ///   - isWanted: what it is asked of each.
  /// - Returns: the connections; one that comes or goes meanwhile may be missing.
  /// - Throws: where the kernel does not tell.
  package mutating func handshakes(
    atMost limit: Int = 20_000, where isWanted: (PacketFilterRules.Path) -> Bool
  ) throws(NetlinkError) -> [Entry] {
    var found: [Entry] = []
    for family in [UInt8(AF_INET), UInt8(AF_INET6)] {
      let question = NetlinkConversation.Message(type: MessageType.all, header: Self.header(family))
      try netlink.dump(question) { type, message throws(WireError) in
        guard type == MessageType.entry, message.byteCount >= Self.headerLength,
          let (entry, state) = try Entry.read(message.extracting(droppingFirst: Self.headerLength), family)
        else { return }
        guard Self.unanswered.contains(state), found.count < limit else { return }
        if isWanted(entry.path) { found.append(entry) }
      }
    }
    return found
  }

  /// Has the kernel forget connections: the next packet of each begins anew.
  ///
  /// - Returns: an outcome for each; one that has ended by itself is refused with ENOENT.
  package mutating func forget(_ entries: [Entry]) -> [Result<Void, NetlinkError>] {
    netlink.perform(
      entries.map { entry in
        NetlinkConversation.Message(type: MessageType.delete, header: Self.header(entry.family)) {
          for (attribute, value) in entry.identity { $0.octets(attribute, value) }
        }
      })
  }

  /// Has the kernel know established connections before it has seen a packet of them, with the source NAT that they have:
  /// their servers see the service's address, and the client's port.
  ///
  /// It forgets them after `patience` without a packet.
  /// - Returns: an outcome for each; one that it knows already is refused with EEXIST.
  package mutating func remember(
    _ connections: [(path: PacketFilterRules.Path, server: Endpoint)], patience: Duration
  ) -> [Result<Void, NetlinkError>] {
    let seconds = UInt32(clamping: patience.components.seconds)
    return netlink.perform(
      connections.map { path, server in
        let (client, service) = (path.client, path.service)
        let family = UInt8(client.address.family == .ipv4 ? AF_INET : AF_INET6)
        return NetlinkConversation.Message(
          type: MessageType.entry, flags: UInt16(NLM_F_CREATE | NLM_F_EXCL), header: Self.header(family)
        ) { writer in
          Self.write(Attribute.original, from: client, to: service, &writer)
          // As IPVS leaves it, to which the source NAT is added.
          Self.write(Attribute.reply, from: server, to: client, &writer)
          writer.nest(Attribute.sourceNAT) {
            $0.octets(client.address.family == .ipv4 ? 1 : 4, service.address.octets)
            $0.octets(client.address.family == .ipv4 ? 2 : 5, service.address.octets)
            $0.nest(3) {
              $0.uint16InNetworkOrder(1, client.port)
              $0.uint16InNetworkOrder(2, client.port)
            }
          }
          writer.nest(Attribute.details) {
            $0.nest(Attribute.tcp) { $0.byte(Attribute.state, Self.established) }
          }
          writer.uint32InNetworkOrder(Attribute.timeout, seconds)
          writer.uint32InNetworkOrder(Attribute.status, Self.answered)
        }
      })
  }

  private static func write(
    _ attribute: UInt16, from source: Endpoint, to destination: Endpoint, _ writer: inout MessageWriter
  ) {
    let isIPv4 = source.address.family == .ipv4
    writer.nest(attribute) {
      $0.nest(Attribute.addresses) {
        $0.octets(isIPv4 ? 1 : 3, source.address.octets)
        $0.octets(isIPv4 ? 2 : 4, destination.address.octets)
      }
      $0.nest(Attribute.transport) {
        $0.byte(Attribute.number, UInt8(IPPROTO_TCP))
        $0.uint16InNetworkOrder(Attribute.sourcePort, source.port)
        $0.uint16InNetworkOrder(Attribute.destinationPort, destination.port)
      }
    }
  }

  /// The beginning of struct nfgenmsg: the family; version and resource are 0.
  private static func header(_ family: UInt8) -> [UInt8] { [family, 0, 0, 0] }
}

extension ConnectionTracking.Entry {
  private typealias Attribute = ConnectionTracking.Attribute

  /// Reads an entry and its state; nil where it is none of TCP.
  fileprivate static func read(
    _ message: RawSpan, _ family: UInt8
  ) throws(WireError) -> (entry: Self, state: UInt8)? {
    var identity: [UInt16: [UInt8]] = [:]
    var (source, destination): (IPAddress?, IPAddress?)
    var (sourcePort, destinationPort): (UInt16, UInt16) = (0, 0)
    var isTCP = false
    var state: UInt8?
    try forEachAttribute(in: message) { type, value throws(WireError) in
      switch type {
      case Attribute.original:
        identity[type] = try value.prefix(value.byteCount)
        try forEachAttribute(in: value) { type, value throws(WireError) in
          // A zone may stand beside them, which is no nest.
          guard type == Attribute.addresses || type == Attribute.transport else { return }
          try forEachAttribute(in: value) { inner, value throws(WireError) in
            switch (type, inner) {
            case (Attribute.addresses, _) where Attribute.sources.contains(inner):
              source = IPAddress(octets: try value.prefix(value.byteCount))
            case (Attribute.addresses, _) where Attribute.destinations.contains(inner):
              destination = IPAddress(octets: try value.prefix(value.byteCount))
            case (Attribute.transport, Attribute.number): isTCP = try value.byte() == UInt8(IPPROTO_TCP)
            case (Attribute.transport, Attribute.sourcePort): sourcePort = try value.uint16InNetworkOrder()
            case (Attribute.transport, Attribute.destinationPort):
              destinationPort = try value.uint16InNetworkOrder()
            default: break
            }
          }
        }
      case Attribute.details:
        try forEachAttribute(in: value) { type, value throws(WireError) in
          guard type == Attribute.tcp else { return }
          try forEachAttribute(in: value) { type, value throws(WireError) in
            if type == Attribute.state { state = try value.byte() }
          }
        }
      case _ where Attribute.other.contains(type): identity[type] = try value.prefix(value.byteCount)
      default: break
      }
    }
    guard isTCP, let source, let destination, let state else { return nil }
    let path = PacketFilterRules.Path(
      from: Endpoint(source, port: sourcePort), to: Endpoint(destination, port: destinationPort))
    return (Self(path: path, family: family, identity: identity), state)
  }
}
