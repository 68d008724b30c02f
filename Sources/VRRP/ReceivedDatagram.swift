public import Model

/// What a socket delivered: a message, and what the IP header said about it.
public struct ReceivedDatagram: Hashable, Sendable {
  /// Who sent it.
  public var source: IPAddress
  /// Whom it was sent to: the group, or an address of this host.
  public var destination: IPAddress
  /// The TTL or the hop limit with which it arrived.
  public var hopLimit: UInt8
  /// The bytes after the IP header.
  public var message: ArraySlice<UInt8>

  /// Joins the parts, as an IPv6 socket delivers them.
  public init(source: IPAddress, destination: IPAddress, hopLimit: UInt8, message: ArraySlice<UInt8>) {
    self.source = source
    self.destination = destination
    self.hopLimit = hopLimit
    self.message = message
  }

  /// Takes a packet with its IPv4 header, as a raw IPv4 socket delivers it.
  ///
  /// Bytes beyond the header's total length are padding of a short frame, and are left out.
  public init(ipv4Packet packet: ArraySlice<UInt8>) throws(Rejection) {
    let start = packet.startIndex
    guard packet.count >= 20 else { throw .ipHeader(length: packet.count) }
    let headerLength = Int(packet[start] & 0xF) * 4
    let totalLength = Int(packet[start + 2]) << 8 | Int(packet[start + 3])
    guard
      packet[start] >> 4 == 4, packet[start + 9] == Advertisement.ipProtocol, headerLength >= 20,
      headerLength <= totalLength, totalLength <= packet.count,
      let source = IPAddress(octets: packet[start + 12..<start + 16]),
      let destination = IPAddress(octets: packet[start + 16..<start + 20])
    else { throw .ipHeader(length: packet.count) }
    self.init(
      source: source, destination: destination, hopLimit: packet[start + 8],
      message: packet[start + headerLength..<start + totalLength])
  }
}
