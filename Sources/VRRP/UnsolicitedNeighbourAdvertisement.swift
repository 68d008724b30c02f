public import Model

/// An ICMPv6 neighbour advertisement that nobody asked for (RFC 4861 §4.4, RFC 9568 §6.4.1).
public struct UnsolicitedNeighbourAdvertisement: Hashable, Sendable {
  /// The address that moved.
  public var address: IPv6Address
  /// Where it lives.
  public var hardwareAddress: MACAddress
  /// Whether the R flag is set: RFC 9568 wants it, and a host that does not forward must not say it.
  public var isRouter: Bool

  /// Joins the parts.
  public init(address: IPv6Address, hardwareAddress: MACAddress, isRouter: Bool = true) {
    self.address = address
    self.hardwareAddress = hardwareAddress
    self.isRouter = isRouter
  }

  /// The Ethernet frame to all nodes, 86 bytes, with S clear and O set.
  public var frame: [UInt8] {
    let hardware = hardwareAddress.octets
    let allNodes = IPv6Address(0xFF02 << 112 | 1)

    var message: [UInt8] = [136, 0, 0, 0, isRouter ? 0xA0 : 0x20, 0, 0, 0]
    message += address.octets
    message += [2, 1] + hardware  // target link-layer address
    var checksum = InternetChecksum()
    checksum.add(message)
    checksum.addPseudoHeader(
      source: .ipv6(address), destination: .ipv6(allNodes), nextHeader: 58, length: message.count)
    message[2] = UInt8(checksum.value >> 8)
    message[3] = UInt8(checksum.value & 0xFF)

    var frame: [UInt8] = [0x33, 0x33, 0, 0, 0, 1] + hardware + [0x86, 0xDD]
    frame += [0x60, 0, 0, 0, 0, UInt8(message.count), 58, 255]
    frame += address.octets + allNodes.octets + message
    return frame
  }
}
