public import Model

/// An ADVERTISEMENT, the only message of VRRP: what the Active router says of itself.
///
/// ```
///  0                   1                   2                   3
/// +-------+-------+---------------+---------------+---------------+
/// |version| type 1|      VRID     |   priority    | address count |
/// +-------+-------+---------------+---------------+---------------+
/// | rsvd  |  Max Advertise Interval, cs (12 bits) |   checksum    |   version 3
/// | authentication type | interval, seconds       |   checksum    |   version 2
/// +---------------------------------------------------------------+
/// | addresses: 4 or 16 bytes each                                 |
/// +---------------------------------------------------------------+
/// | authentication: 8 bytes                                       |   version 2
/// +---------------------------------------------------------------+
/// | trailer: 28 bytes                                             |   with HMACAuthentication
/// +---------------------------------------------------------------+
/// ```
public struct Advertisement: Hashable, Sendable {
  /// The version that it is written in.
  public let version: ProtocolVersion
  /// The virtual router that it speaks of.
  public let virtualRouter: VirtualRouterID
  /// The sender's priority.
  public let priority: Priority
  /// How often the sender repeats it.
  public let interval: AdvertisementInterval
  /// The addresses that the sender holds.
  public let addresses: VirtualAddresses

  /// Joins the parts; none if version 2 cannot say them: it knows IPv4 and whole seconds.
  public init?(
    version: ProtocolVersion = .v3, virtualRouter: VirtualRouterID, priority: Priority,
    interval: AdvertisementInterval, addresses: VirtualAddresses
  ) {
    if version == .v2 {
      guard addresses.family == .ipv4, interval.wholeSeconds != nil else { return nil }
    }
    self.init(
      valid: version, virtualRouter: virtualRouter, priority: priority, interval: interval,
      addresses: addresses)
  }

  init(
    valid version: ProtocolVersion, virtualRouter: VirtualRouterID, priority: Priority,
    interval: AdvertisementInterval, addresses: VirtualAddresses
  ) {
    self.version = version
    self.virtualRouter = virtualRouter
    self.priority = priority
    self.interval = interval
    self.addresses = addresses
  }

  /// The IP protocol number of VRRP.
  public static let ipProtocol: UInt8 = 112
  /// The TTL or hop limit that every message has; one that crossed a router has less (RFC 9568 §5.1.1.3).
  public static let hopLimit: UInt8 = 255

  /// The multicast group of a family: 224.0.0.18 or ff02::12 (RFC 9568 §5.1.1.2, §5.1.2.2).
  public static func group(of family: AddressFamily) -> IPAddress {
    switch family {
    case .ipv4: .ipv4(IPv4Address(224, 0, 0, 18))
    case .ipv6: .ipv6(IPv6Address(0xFF02 << 112 | 0x12))
    }
  }
}

extension Advertisement {
  static let headerLength = 8
  static let authenticationLength = 8

  /// The message's bytes, with the checksum for this source and this destination.
  public func encoded(
    from source: IPAddress, to destination: IPAddress, checksum: ChecksumForm = .withPseudoHeader,
    authentication: Authentication = .none
  ) -> [UInt8] {
    var bytes = message(authentication)
    seal(&bytes, upTo: bytes.count, from: source, to: destination, checksum)
    return bytes
  }

  /// The message's bytes with a trailer that proves who sent it; `unixTime` is the time since 1970.
  ///
  /// Every call takes a sequence of its own, so that each peer sees them grow.
  public func encoded(
    from source: IPAddress, to destination: IPAddress, checksum: ChecksumForm = .withPseudoHeader,
    signedBy hmac: inout HMACAuthentication, at unixTime: Duration
  ) -> [UInt8] {
    var bytes = message(.none)
    let length = bytes.count
    bytes += hmac.trailer(of: bytes, from: source, at: unixTime)
    // Over IPv6 the checksum is that of a whole packet, over IPv4 that of the message.
    seal(
      &bytes, upTo: addresses.family == .ipv6 ? bytes.count : length, from: source, to: destination, checksum)
    return bytes
  }

  /// The message with a checksum of zero.
  private func message(_ authentication: Authentication) -> [UInt8] {
    var bytes: [UInt8] = [
      version.rawValue << 4 | 1, virtualRouter.value, priority.value, UInt8(addresses.list.count),
    ]
    switch version {
    case .v2: bytes += [authentication.type, interval.wholeSeconds ?? 1]
    case .v3: bytes += [UInt8(interval.centiseconds >> 8), UInt8(interval.centiseconds & 0xFF)]
    }
    bytes += [0, 0]
    for address in addresses.list { bytes += address.octets }
    if version == .v2 { bytes += authentication.octets }
    return bytes
  }

  private func seal(
    _ bytes: inout [UInt8], upTo end: Int, from source: IPAddress, to destination: IPAddress,
    _ form: ChecksumForm
  ) {
    let covered = Self.coversPseudoHeader(version, addresses.family, form)
    let sum = Self.checksum(of: bytes[..<end], from: source, to: destination, withPseudoHeader: covered)
    bytes[6] = UInt8(sum >> 8)
    bytes[7] = UInt8(sum & 0xFF)
  }

  static func coversPseudoHeader(
    _ version: ProtocolVersion, _ family: AddressFamily, _ form: ChecksumForm
  ) -> Bool {
    family == .ipv6 || (version == .v3 && form == .withPseudoHeader)
  }

  static func checksum(
    of message: ArraySlice<UInt8>, from source: IPAddress, to destination: IPAddress, withPseudoHeader: Bool
  ) -> UInt16 {
    var checksum = InternetChecksum()
    checksum.add(message)
    if withPseudoHeader {
      checksum.addPseudoHeader(
        source: source, destination: destination, nextHeader: ipProtocol, length: message.count)
    }
    return checksum.value
  }
}
