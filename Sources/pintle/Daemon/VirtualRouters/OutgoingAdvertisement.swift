internal import Configuration
internal import Model
internal import VRRP

/// An advertisement in the bytes in which it leaves, for everybody to whom it goes.
struct OutgoingAdvertisement {
  /// What it says.
  let advertisement: Advertisement
  /// Who says it.
  let source: IPAddress
  /// The bytes for each destination, over which the checksum goes.
  let messages: [(bytes: [UInt8], destination: IPAddress)]
}

extension RouterMember {
  /// An advertisement in bytes: a signature makes each one new, and without one the last ones are right until
  /// something changes.
  mutating func outgoing(_ advertisement: Advertisement) -> OutgoingAdvertisement {
    let source = reception.ownAddress
    if hmac == nil, let written, written.source == source, written.advertisement == advertisement {
      return written
    }
    let outgoing = OutgoingAdvertisement(
      advertisement: advertisement, source: source,
      messages: configuration.destinations.map { destination in
        (bytes: encode(advertisement, from: source, to: destination), destination: destination)
      })
    written = hmac == nil ? outgoing : nil
    return outgoing
  }

  private mutating func encode(
    _ advertisement: Advertisement, from source: IPAddress, to destination: IPAddress
  ) -> [UInt8] {
    guard var hmac else {
      return advertisement.encoded(
        from: source, to: destination, checksum: configuration.checksumForm,
        authentication: configuration.plainAuthentication)
    }
    defer { self.hmac = hmac }
    return advertisement.encoded(
      from: source, to: destination, checksum: configuration.checksumForm, signedBy: &hmac, at: unixTime)
  }
}
