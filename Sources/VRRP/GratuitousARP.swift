public import Model

/// An ARP request that nobody asked for: it tells the link where an address now lives (RFC 9568 §6.4.1, RFC 5227 §3).
public struct GratuitousARP: Hashable, Sendable {
  /// The address that moved.
  public var address: IPv4Address
  /// Where it lives.
  public var hardwareAddress: MACAddress

  /// Joins the parts.
  public init(address: IPv4Address, hardwareAddress: MACAddress) {
    self.address = address
    self.hardwareAddress = hardwareAddress
  }

  /// The Ethernet frame, 42 bytes: sender and target are the address, the target's hardware address is broadcast.
  public var frame: [UInt8] {
    let hardware = hardwareAddress.octets
    var frame = MACAddress.broadcast.octets + hardware + [0x08, 0x06]
    frame += [0, 1, 0x08, 0x00, 6, 4, 0, 1]  // Ethernet, IPv4, lengths, request
    frame += hardware + address.octets
    // A request is what every implementation takes; a reply is what some drop.
    frame += MACAddress.broadcast.octets + address.octets
    return frame
  }
}
