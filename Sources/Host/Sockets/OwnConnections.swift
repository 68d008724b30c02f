internal import CKernel
internal import Glibc
package import Model
package import Netlink

/// The TCP connections of this host's own processes (sock_diag(7), linux/inet_diag.h).
package struct OwnConnections: ~Copyable {
  /// One of them, seen from the process.
  package struct Connection: Hashable, Sendable {
    /// Its end here.
    package let local: Endpoint
    /// The other end.
    package let remote: Endpoint
    /// What the kernel knows it by: its family, and struct inet_diag_sockid.
    fileprivate let family: UInt8
    fileprivate let id: [UInt8]
  }

  private enum MessageType {
    static let byFamily: UInt16 = 20
    static let destroy: UInt16 = 21
  }

  /// ESTABLISHED, SYN_SENT and CLOSE_WAIT, a bit each (net/tcp_states.h): those whose process may wait for something.
  private static let states: UInt32 = 1 << 1 | 1 << 2 | 1 << 8

  private var netlink: NetlinkConversation

  /// Opens the conversation; the kernel loads what is behind it.
  ///
  /// - Throws: where the kernel does not tell.
  package init() throws(NetlinkError) {
    netlink = NetlinkConversation(over: try NetlinkSocket(.sockets, receiveTimeout: .seconds(5)))
  }

  /// Those of which this is true.
  ///
  /// - Parameters:
  ///   - port: the other end's port, in host order, which the kernel looks for; 0: any.
  ///   - isWanted: what it is asked of each.
  /// - Returns: the connections; one that comes or goes meanwhile may be missing.
  /// - Throws: where the kernel does not tell.
  package mutating func all(
    to port: UInt16, where isWanted: (Connection) -> Bool
  ) throws(NetlinkError) -> [Connection] {
    var found: [Connection] = []
    // A socket of IPv6 may have a connection of IPv4.
    for family in [UInt8(AF_INET), UInt8(AF_INET6)] {
      let id = bytes(UInt16(0)) + bytes(port.bigEndian) + [UInt8](repeating: 0, count: 44)
      let question = Self.message(MessageType.byFamily, family: family, states: Self.states, id: id)
      try netlink.dump(question) { type, message throws(WireError) in
        guard type == MessageType.byFamily, let connection = try Connection(message: message) else { return }
        if isWanted(connection) { found.append(connection) }
      }
    }
    return found
  }

  /// Ends connections: what their processes do with them next fails with ECONNABORTED, at once where they wait.
  ///
  /// - Returns: an outcome for each; one that has ended by itself is refused with ENOENT. Where the kernel cannot do it
  ///   (CONFIG_INET_DIAG_DESTROY), all are refused with EOPNOTSUPP.
  package mutating func end(_ connections: [Connection]) -> [Result<Void, NetlinkError>] {
    netlink.perform(
      connections.map { Self.message(MessageType.destroy, family: $0.family, states: Self.states, id: $0.id) }
    )
  }

  //   0       1       2       3       4               8                          56
  //  +-------+-------+-------+-------+---------------+--------------------------+
  //  | family| proto | ext   | 0     | states        | struct inet_diag_sockid  |   struct inet_diag_req_v2
  //  +-------+-------+-------+-------+---------------+--------------------------+
  private static func message(
    _ type: UInt16, family: UInt8, states: UInt32, id: [UInt8]
  ) -> NetlinkConversation.Message {
    NetlinkConversation.Message(
      type: type, header: [family, UInt8(IPPROTO_TCP), 0, 0] + bytes(states) + id)
  }
}

extension OwnConnections.Connection {
  //   0       1       2       3       4       6       8                24               40      44      52
  //  +-------+-------+-------+-------+-------+-------+----------------+----------------+-------+-------+
  //  | family| state | timer | tries | sport | dport | source         | destination    | if    | cookie|
  //  +-------+-------+-------+-------+-------+-------+----------------+----------------+-------+-------+
  //                                  |<---------------- struct inet_diag_sockid ---------------------->|
  /// Reads the beginning of struct inet_diag_msg; nil where its addresses are of no family that is known here.
  fileprivate init?(message: RawSpan) throws(WireError) {
    family = try message.load(at: 0)
    id = try message.extracting(droppingFirst: 4).prefix(48)
    let sourcePort = UInt16(bigEndian: try message.load(at: 4))
    let destinationPort = UInt16(bigEndian: try message.load(at: 6))
    guard let source = Self.address(Array(id[4..<20]), family: family),
      let destination = Self.address(Array(id[20..<36]), family: family)
    else { return nil }
    local = Endpoint(source, port: sourcePort)
    remote = Endpoint(destination, port: destinationPort)
  }

  /// An address of IPv4 is at the beginning, or, of a socket of IPv6, mapped into one of IPv6 (RFC 4291 §2.5.5.2).
  private static func address(_ octets: [UInt8], family: UInt8) -> IPAddress? {
    if family == UInt8(AF_INET) { return IPAddress(octets: Array(octets[..<4])) }
    let isMapped = octets[..<10].allSatisfy { $0 == 0 } && octets[10] == 0xFF && octets[11] == 0xFF
    return IPAddress(octets: isMapped ? Array(octets[12...]) : octets)
  }
}
