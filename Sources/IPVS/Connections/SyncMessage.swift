public import Model

/// A datagram of the connection synchronisation, as the kernel's sending half writes it (`ip_vs_sync.c`, version 1); a
/// peer's receiving half cannot tell who did.
///
///     |    0     |    1    |  2   3  |      4       |    5    |  6  7 |
///     | reserved | sync id |  length | connections  | version | spare |
///
/// Each connection behind that, all numbers in network order, padded to four bytes:
///
///     |  0   |    1     |    2   3   | 4..7  | 8  9  | 10 11  |  12 13  | 14 15  | 16..19 |  20..23  |
///     | type | protocol | its length | flags | state | client | service | server |  mark  | time-out | three addresses |
///
/// The time-out is what is left of it, in seconds; the next packet has the receiver take its own for the state.
public enum SyncMessage {
  /// The longest datagram in bytes: what the smallest MTU of IPv6 carries, so that it is nowhere cut in pieces.
  static let longest = 1232

  private static let headerLength = 8
  private static let version: UInt8 = 1
  /// STYPE_F_INET6.
  private static let ipv6: UInt8 = 1
  /// IP_VS_CONN_F_INACTIVE: it does not count as an active connection of its server.
  private static let inactive: UInt32 = 0x100

  /// The states of TCP from the first segment to the last, by the kernel's names (IP_VS_TCP_S_*), and whether a connection
  /// counts as active in them.
  private static let states: [String: (number: UInt16, isActive: Bool)] = [
    "ESTABLISHED": (1, true), "SYN_RECV": (3, true), "FIN_WAIT": (4, false), "CLOSE_WAIT": (7, false),
  ]

  /// The datagrams that tell of TCP connections that are being made, established or half closed; others are left out.
  ///
  /// - Parameters:
  ///   - connections: the connections; the first ones come first.
  ///   - syncID: tells pairs of directors apart, 1 to 255.
  ///   - forwarding: how the packets of a connection get to its server. A receiver that has the server goes by its own
  ///     table.
  /// - Returns: the datagrams, of at most 1,232 bytes.
  public static func datagrams(
    of connections: [Connection], syncID: UInt8, forwarding: (Connection) -> ForwardingMethod
  ) -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    var datagram: [UInt8] = []
    var count: UInt8 = 0
    func end() {
      guard count > 0 else { return }
      datagram.put(UInt16(datagram.count), at: 2)
      datagram[4] = count
      datagrams.append(datagram)
    }
    for connection in connections {
      guard let entry = entry(of: connection, forwarding) else { continue }
      if count == 0 || datagram.count + entry.count > longest {
        end()
        datagram = [0, syncID, 0, 0, 0, version, 0, 0]
        count = 0
      }
      datagram += entry
      count += 1
    }
    end()
    return datagrams
  }

  private static func entry(
    of connection: Connection, _ forwarding: (Connection) -> ForwardingMethod
  ) -> [UInt8]? {
    guard connection.transport == .tcp, let state = states[connection.state] else { return nil }
    let addresses = [connection.client, connection.service, connection.server].map(\.address)
    let family = connection.service.address.family
    // One whose server is of the other family cannot be told of.
    guard addresses.allSatisfy({ $0.family == family }) else { return nil }
    var entry: [UInt8] = [family == .ipv6 ? ipv6 : 0, connection.transport.number, 0, 0]
    entry.appendInNetworkOrder(
      forwarding(connection).number | (state.isActive ? 0 : inactive))
    entry.appendInNetworkOrder(state.number)
    for endpoint in [connection.client, connection.service, connection.server] {
      entry.appendInNetworkOrder(endpoint.port)
    }
    // No firewall mark.
    entry.appendInNetworkOrder(0 as UInt32)
    // With 0 the receiver takes its own, and one that nobody has spoken on for long would begin anew.
    entry.appendInNetworkOrder(max(connection.expires, 1))
    for address in addresses { entry += address.octets }
    entry.put(UInt16(entry.count), at: 2)
    return entry
  }
}

extension [UInt8] {
  /// Adds a number in network order.
  fileprivate mutating func appendInNetworkOrder(_ value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Replaces two bytes by a number in network order.
  fileprivate mutating func put(_ value: UInt16, at index: Int) {
    self[index] = UInt8(value >> 8)
    self[index + 1] = UInt8(truncatingIfNeeded: value)
  }
}
