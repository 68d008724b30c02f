public import Model

/// Why a packet was not believed: the error, the journal's field and the metric's label in one.
///
/// The cases stand in the order of the ladder on which ``Reception`` tests them.
public enum Rejection: Error, Hashable, Sendable {
  /// The IPv4 header is cut short, contradicts the packet's length or is not of this protocol.
  case ipHeader(length: Int)
  /// The packet is of the other family.
  case family(AddressFamily)
  /// Multicast where unicast is spoken, or the other way round.
  case destination(IPAddress)
  /// The TTL or hop limit is not 255: it crossed a router (RFC 9568 §7.1).
  case hopLimit(UInt8)
  /// This router's own address: an echo, or somebody else has the same address.
  case ownSource(IPAddress)
  /// The sender is none of the configured peers.
  case foreignSource(IPAddress)
  /// Shorter than the eight bytes that every message has.
  case tooShort(length: Int)
  /// Another version.
  case version(UInt8)
  /// Not an ADVERTISEMENT (RFC 9568 §5.2.2).
  case type(UInt8)
  /// Of another virtual router.
  case foreignVirtualRouter(UInt8)
  /// No address at all (RFC 9568 §5.2.5, erratum 8299).
  case noAddresses
  /// Shorter than its number of addresses demands.
  case truncated(length: Int, expected: Int)
  /// The checksum is wrong, in every form that is accepted.
  case checksum(UInt16)
  /// No trailer, where one is wanted (``HMACAuthentication``).
  case missingTrailer
  /// What stands after the message is no trailer.
  case malformedTrailer(length: Int)
  /// Its time is so many seconds before this host's, or after it if negative: a copy, or a clock that is wrong.
  case staleTrailer(seconds: Int)
  /// It is signed with a key that this router does not have.
  case unknownKey(UInt8)
  /// The HMAC is wrong: another secret, or somebody changed the message.
  case wrongHMAC
  /// Not newer than what this sender sent before: a copy.
  case replayed
  /// Another authentication type than this router's (version 2).
  case authenticationType(UInt8)
  /// The password is wrong (version 2).
  case password
  /// An interval of 0 (RFC 9568 §5.2.7, erratum 8301).
  case zeroInterval
  /// Another interval than this router's, in seconds (version 2, RFC 3768 §7.1).
  case intervalMismatch(seconds: UInt8)
  /// The first IPv6 address is not link-local (RFC 9568 §5.2.9, erratum 8300).
  case firstAddress(IPAddress)

  /// The name of a kind of rejection, for a metric's label and a journal's field.
  public enum Label: String, Hashable, Sendable, CaseIterable {
    case ipHeader = "ip-header"
    case family
    case destination
    case hopLimit = "hop-limit"
    case ownSource = "own-source"
    case foreignSource = "foreign-source"
    case tooShort = "too-short"
    case version
    case type
    case foreignVirtualRouter = "foreign-virtual-router"
    case noAddresses = "no-addresses"
    case truncated
    case checksum
    case missingTrailer = "missing-trailer"
    case malformedTrailer = "malformed-trailer"
    case staleTrailer = "stale-trailer"
    case unknownKey = "unknown-key"
    case wrongHMAC = "wrong-hmac"
    case replayed
    case authenticationType = "authentication-type"
    case password
    case zeroInterval = "zero-interval"
    case intervalMismatch = "interval-mismatch"
    case firstAddress = "first-address"
  }

  /// The name of this kind of rejection.
  public var label: Label {
    switch self {
    case .ipHeader: .ipHeader
    case .family: .family
    case .destination: .destination
    case .hopLimit: .hopLimit
    case .ownSource: .ownSource
    case .foreignSource: .foreignSource
    case .tooShort: .tooShort
    case .version: .version
    case .type: .type
    case .foreignVirtualRouter: .foreignVirtualRouter
    case .noAddresses: .noAddresses
    case .truncated: .truncated
    case .checksum: .checksum
    case .missingTrailer: .missingTrailer
    case .malformedTrailer: .malformedTrailer
    case .staleTrailer: .staleTrailer
    case .unknownKey: .unknownKey
    case .wrongHMAC: .wrongHMAC
    case .replayed: .replayed
    case .authenticationType: .authenticationType
    case .password: .password
    case .zeroInterval: .zeroInterval
    case .intervalMismatch: .intervalMismatch
    case .firstAddress: .firstAddress
    }
  }
}

extension Rejection {
  /// Whether a peer of this very virtual router may have meant it, and is configured otherwise.
  ///
  /// The two do not hear each other, so that both become Active: an operator must know at once.
  public var suggestsMisconfiguration: Bool {
    switch self {
    case .ipHeader, .family, .hopLimit, .ownSource, .foreignSource, .tooShort, .type,
      .foreignVirtualRouter, .noAddresses, .truncated, .replayed:
      false
    // Another destination: one of the two knows its peers, and the other speaks to the group.
    case .destination, .version, .checksum, .missingTrailer, .malformedTrailer, .staleTrailer, .unknownKey,
      .wrongHMAC,
      .authenticationType, .password, .zeroInterval, .intervalMismatch, .firstAddress:
      true
    }
  }
}

extension Rejection: CustomStringConvertible {
  /// What is wrong, as a journal says it.
  public var description: String {
    switch self {
    case .ipHeader(let length): "the IPv4 header does not fit a packet of \(length) bytes of VRRP"
    case .family(let family): "it came over \(family.rawValue)"
    case .destination(let address) where address == Advertisement.group(of: address.family):
      "it was sent to the group, and this router has peers"
    case .destination(let address): "it was sent to \(address) alone, and this router has no peers"
    case .hopLimit(let limit): "its hop limit is \(limit), not 255: it crossed a router"
    case .ownSource(let address): "it came from \(address), this router's own address"
    case .foreignSource(let address): "\(address) is not a peer"
    case .tooShort(let length): "it has \(length) bytes, less than 8"
    case .version(let version): "it is of VRRP version \(version)"
    case .type(let type): "it is of type \(type), not an advertisement"
    case .foreignVirtualRouter(let id): "it is of virtual router \(id)"
    case .noAddresses: "it has no address"
    case .truncated(let length, let expected): "it has \(length) bytes, and its addresses need \(expected)"
    case .checksum(let sum): "its checksum \(String(sum, radix: 16)) is wrong"
    case .missingTrailer: "it is not signed"
    case .malformedTrailer(let length): "the \(length) bytes after the message are no signature"
    case .staleTrailer(let seconds) where seconds < 0:
      "it was signed \(-seconds) s in the future: the clocks differ"
    case .staleTrailer(let seconds): "it was signed \(seconds) s ago: a copy, or the clocks differ"
    case .unknownKey(let id): "it is signed with key \(id), which is not here"
    case .wrongHMAC: "its signature is wrong: another secret, or a forgery"
    case .replayed: "it was sent before: a copy"
    case .authenticationType(let type): "its authentication type is \(type)"
    case .password: "its password is wrong"
    case .zeroInterval: "its interval is 0"
    case .intervalMismatch(let seconds): "its interval is \(seconds) s, not this router's"
    case .firstAddress(let address): "its first address \(address) is not link-local"
    }
  }
}
