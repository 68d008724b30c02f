public import Model

/// What a virtual router believes: the ladder that a packet climbs before it is an ``Advertisement``.
public struct Reception: Hashable, Sendable {
  /// From whom advertisements are taken.
  public enum Senders: Hashable, Sendable {
    /// Whoever speaks to the group on the link.
    case group
    /// These alone, each to this router's own address.
    case peers(Set<IPAddress>)
  }

  /// The version that is spoken.
  public var version: ProtocolVersion
  /// The virtual router.
  public var virtualRouter: VirtualRouterID
  /// The family of its addresses.
  public var family: AddressFamily
  /// This router's own address on the link.
  public var ownAddress: IPAddress
  /// From whom advertisements are taken.
  public var senders: Senders
  /// The forms of the version 3 checksum over IPv4 that are right.
  public var checksums: Set<ChecksumForm>
  /// The interval that a version 2 message must name.
  public var interval: AdvertisementInterval
  /// The authentication that a version 2 message must have.
  public var authentication: Authentication

  /// Joins the parts; both forms of the checksum are taken unless it is said otherwise.
  public init(
    version: ProtocolVersion = .v3, virtualRouter: VirtualRouterID, family: AddressFamily,
    ownAddress: IPAddress, senders: Senders = .group,
    checksums: Set<ChecksumForm> = Set(ChecksumForm.allCases),
    interval: AdvertisementInterval = .default, authentication: Authentication = .none
  ) {
    self.version = version
    self.virtualRouter = virtualRouter
    self.family = family
    self.ownAddress = ownAddress
    self.senders = senders
    self.checksums = checksums
    self.interval = interval
    self.authentication = authentication
  }

  /// Climbs the ladder (RFC 9568 §7.1); the first rung that does not hold is thrown.
  ///
  /// Bytes after the message are ignored, as keepalived and FRR ignore them.
  public func advertisement(in datagram: ReceivedDatagram) throws(Rejection) -> Advertisement {
    let (bytes, end) = try message(in: datagram)
    return try advertisement(bytes[..<end])
  }

  /// Climbs the ladder, of which one rung is the proof of who sent the message; `unixTime` is the time since 1970.
  public func advertisement(
    in datagram: ReceivedDatagram, verifiedBy hmac: inout HMACAuthentication, at unixTime: Duration
  ) throws(Rejection) -> Advertisement {
    let (bytes, end) = try message(in: datagram)
    try hmac.verify(bytes[end...], of: bytes[..<end], from: datagram.source, at: unixTime)
    return try advertisement(bytes[..<end])
  }

  /// The lower rungs: everything that says whether there is a whole message of this router, and where it ends.
  private func message(in datagram: ReceivedDatagram) throws(Rejection) -> (bytes: [UInt8], end: Int) {
    try checkEnvelope(of: datagram)

    let message = Array(datagram.message)
    guard message.count >= Advertisement.headerLength else { throw .tooShort(length: message.count) }
    guard message[0] >> 4 == version.rawValue else { throw .version(message[0] >> 4) }
    guard message[0] & 0xF == 1 else { throw .type(message[0] & 0xF) }
    // Before the checksum: what another virtual router says is no error of this one, however broken.
    guard message[1] == virtualRouter.value else { throw .foreignVirtualRouter(message[1]) }

    guard message[3] > 0 else { throw .noAddresses }
    let end = addressesEnd(message) + (version == .v2 ? Advertisement.authenticationLength : 0)
    guard message.count >= end else { throw .truncated(length: message.count, expected: end) }
    // Over IPv6 the checksum is that of a whole packet (RFC 8200 §8.1).
    guard isChecksumRight(family == .ipv6 ? message[...] : message[..<end], of: datagram) else {
      throw .checksum(UInt16(message[6]) << 8 | UInt16(message[7]))
    }
    return (message, end)
  }

  /// The upper rungs: what the message says.
  private func advertisement(_ message: ArraySlice<UInt8>) throws(Rejection) -> Advertisement {
    let addressesEnd = addressesEnd(message)
    return Advertisement(
      valid: version, virtualRouter: virtualRouter, priority: Priority(message[2]),
      interval: try interval(in: message, password: message[addressesEnd...]),
      addresses: try addresses(in: message[Advertisement.headerLength..<addressesEnd]))
  }

  private func addressesEnd(_ message: some RandomAccessCollection<UInt8>) -> Int {
    Advertisement.headerLength + Int(message.dropFirst(3).first ?? 0) * family.addressLength
  }

  private func checkEnvelope(of datagram: ReceivedDatagram) throws(Rejection) {
    guard datagram.source.family == family else { throw .family(datagram.source.family) }
    let isToGroup = datagram.destination == Advertisement.group(of: family)
    guard isToGroup == (senders == .group) else { throw .destination(datagram.destination) }
    guard datagram.hopLimit == Advertisement.hopLimit else { throw .hopLimit(datagram.hopLimit) }
    guard datagram.source != ownAddress else { throw .ownSource(datagram.source) }
    if case .peers(let peers) = senders, !peers.contains(datagram.source) {
      throw .foreignSource(datagram.source)
    }
  }

  private func isChecksumRight(_ message: ArraySlice<UInt8>, of datagram: ReceivedDatagram) -> Bool {
    let forms = family == .ipv6 || version == .v2 ? [.withPseudoHeader] : checksums
    return forms.contains { form in
      Advertisement.checksum(
        of: message, from: datagram.source, to: datagram.destination,
        withPseudoHeader: Advertisement.coversPseudoHeader(version, family, form)) == 0
    }
  }

  private func interval(
    in message: ArraySlice<UInt8>, password bytes: ArraySlice<UInt8>
  ) throws(Rejection) -> AdvertisementInterval {
    switch version {
    case .v2:
      guard message[4] == authentication.type else { throw .authenticationType(message[4]) }
      // Without authentication the eight bytes are to be ignored.
      if case .password(let password) = authentication, !bytes.elementsEqual(password.octets) {
        throw .password
      }
      guard message[5] != 0 else { throw .zeroInterval }
      guard message[5] == interval.wholeSeconds else { throw .intervalMismatch(seconds: message[5]) }
      return interval
    case .v3:
      let centiseconds = UInt16(message[4] & 0xF) << 8 | UInt16(message[5])
      guard let interval = AdvertisementInterval(centiseconds: centiseconds) else { throw .zeroInterval }
      return interval
    }
  }

  private func addresses(in bytes: ArraySlice<UInt8>) throws(Rejection) -> VirtualAddresses {
    let size = family.addressLength
    let list = stride(from: bytes.startIndex, to: bytes.endIndex, by: size).compactMap {
      IPAddress(octets: bytes[$0..<$0 + size])
    }
    do {
      return try VirtualAddresses(list)
    } catch .firstNotLinkLocal(let address) {
      throw .firstAddress(address)
    } catch {
      // The bytes are one to 255 whole addresses of one family, so nothing else can be wrong.
      throw .noAddresses
    }
  }
}
