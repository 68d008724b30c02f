import Model

/// Signs a virtual router's advertisements, and verifies those of its peers: an HMAC-SHA256 with a time in it.
///
/// The trailer is that of draft-cassen-vrrp-auth-hmac, which keepalived has as `auth_hmac` from 2.4.2 on. It stands after
/// the message in both versions and over both families:
///
/// ```
/// +---------------+---------------+-------------------------------+
/// |    scheme 1   |     key id    |           reserved            |
/// +---------------+---------------+-------------------------------+
/// |        seconds since 1970, the highest 32 of 64 bits          |
/// +-------------------------------+-------------------------------+
/// |     fraction of a second      |            counter            |
/// +-------------------------------+-------------------------------+
/// |         the first 16 bytes of the HMAC-SHA256                 |
/// +---------------------------------------------------------------+
/// ```
///
/// The HMAC covers the family (4 or 6), the version, the virtual router, a zero, the source in 16 bytes, the message with a
/// checksum of zero, and the trailer up to itself with 16 zeros. The checksum covers the trailer over IPv6 alone.
///
/// The time makes a copy useless: whoever is further than ``window`` away is stale, and within the window each sender's
/// 64 bits must grow. One value belongs to one virtual router, and lives as long as it.
public struct HMACAuthentication: Sendable {
  /// What becomes of advertisements without a trailer.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// They are accepted, and sent.
    case receiveOnly = "receive-only"
    /// They are accepted, but not sent.
    case permissive
    /// They are rejected.
    case enforce
  }

  /// A secret that the routers share, with the number that it has on all of them.
  public struct Key: Sendable, Hashable {
    /// Its number on the wire, 1 to 255.
    public let id: UInt8
    /// The secret, 32 to 64 bytes.
    public let secret: [UInt8]

    /// Joins the two; none if one is out of its range.
    public init?(id: UInt8, secret: [UInt8]) {
      guard id > 0, 32...64 ~= secret.count else { return nil }
      self.id = id
      self.secret = secret
    }

    /// Takes what a key's file holds: `hex:` with two digits a byte, or the bytes themselves; a last newline is not part
    /// of either.
    public init?(id: UInt8, text: some Collection<UInt8>) {
      var bytes = Array(text)
      while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
        bytes.removeLast()
      }
      guard bytes.starts(with: "hex:".utf8) else {
        self.init(id: id, secret: bytes)
        return
      }
      let digits = bytes.dropFirst(4).map { Character(Unicode.Scalar($0)).hexDigitValue }
      guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
      let values = digits.compactMap { $0 }
      self.init(
        id: id,
        secret: stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }
  }

  /// The keys that are accepted; the first one signs.
  ///
  /// They change without a gap: the new one is added last on all routers, then moved to the front on all, then the old one
  /// is removed on all.
  public var keys: [Key] {
    didSet { codes = Self.codes(of: keys) }
  }
  /// What becomes of advertisements without a trailer.
  public var mode: Mode
  /// How far a sender's clock may be from this one's; whole seconds count.
  public var window: Duration

  private var codes: [UInt8: HMACSHA256]
  /// The last sequence that was sent.
  private var sent: UInt64?
  /// The highest sequence that was accepted of each sender; what is outside the window is forgotten.
  private var accepted: [IPAddress: UInt64] = [:]

  /// Begins with nothing sent and nothing accepted.
  public init(keys: [Key], mode: Mode = .enforce, window: Duration = .seconds(5)) {
    self.keys = keys
    self.mode = mode
    self.window = window
    codes = Self.codes(of: keys)
  }

  private static func codes(of keys: [Key]) -> [UInt8: HMACSHA256] {
    Dictionary(keys.map { ($0.id, HMACSHA256(key: $0.secret)) }) { first, _ in first }
  }
}

extension HMACAuthentication {
  private static let scheme: UInt8 = 1
  static let trailerLength = 28
  private static let codeLength = 16

  /// The trailer of a message; empty if nothing is to be signed.
  mutating func trailer(of message: [UInt8], from source: IPAddress, at unixTime: Duration) -> [UInt8] {
    guard mode != .receiveOnly, let key = keys.first, let code = codes[key.id] else { return [] }
    let sequence = nextSequence(at: unixTime)
    let head = [Self.scheme, key.id, 0, 0] + sequence.bigEndianOctets
    return head + code.code(for: Self.covered(message[...], head[...], from: source)).prefix(Self.codeLength)
  }

  /// Verifies what stands after a message; `unixTime` is the time since 1970 on this host's clock.
  mutating func verify(
    _ trailer: ArraySlice<UInt8>, of message: ArraySlice<UInt8>, from source: IPAddress, at unixTime: Duration
  ) throws(Rejection) {
    if trailer.isEmpty {
      if mode == .enforce { throw .missingTrailer }
      return
    }
    let bytes = Array(trailer)
    guard bytes.count == Self.trailerLength, bytes[0] == Self.scheme, bytes[2] == 0, bytes[3] == 0 else {
      throw .malformedTrailer(length: bytes.count)
    }
    let sequence = bytes[4..<12].reduce(0) { $0 << 8 | UInt64($1) }
    // Before the hash: a flood of old copies costs no hashes.
    let age = Self.age(of: sequence, at: unixTime)
    guard isWithinWindow(age) else { throw .staleTrailer(seconds: Int(age)) }
    guard let code = codes[bytes[1]] else { throw .unknownKey(bytes[1]) }
    let expected = code.code(for: Self.covered(message, bytes[..<12], from: source))
    // Every byte is looked at, so that the time it takes tells nothing.
    let difference = zip(bytes[12...], expected).reduce(0) { $0 | ($1.0 ^ $1.1) }
    guard difference == 0 else { throw .wrongHMAC }
    // A mark outside the window orders nothing that the window lets through, and after a clock's step back it would
    // shut its sender out.
    accepted = accepted.filter { isWithinWindow(Self.age(of: $0.value, at: unixTime)) }
    if let last = accepted[source], !Self.isAfter(sequence, last) { throw .replayed }
    accepted[source] = sequence
  }

  private mutating func nextSequence(at unixTime: Duration) -> UInt64 {
    let clock = Self.sequence(at: unixTime)
    var next = clock
    if let sent, !Self.isAfter(clock, sent) {
      // The clock stands or was set back: the sequence grows nevertheless, unless that would leave the window for ever.
      let isStranded = Int64(Self.age(of: clock, at: sent)) > window.components.seconds
      next = isStranded ? clock : sent &+ 1
    }
    sent = next
    return next
  }

  private func isWithinWindow(_ age: Int32) -> Bool { abs(Int64(age)) <= window.components.seconds }

  /// Seconds in the high half, then 16 bits of a fraction, then 16 bits that count.
  private static func sequence(at unixTime: Duration) -> UInt64 {
    let (seconds, attoseconds) = unixTime.components
    let fraction = UInt64(max(0, attoseconds) / 1_000_000_000) << 16 / 1_000_000_000
    return UInt64(UInt32(truncatingIfNeeded: seconds)) << 32 | (fraction & 0xFFFF) << 16
  }

  /// How many seconds it is old, negative if it is of the future; the seconds wrap in 2106.
  private static func age(of sequence: UInt64, at unixTime: Duration) -> Int32 {
    age(of: sequence, at: UInt64(UInt32(truncatingIfNeeded: unixTime.components.seconds)) << 32)
  }

  private static func age(of sequence: UInt64, at now: UInt64) -> Int32 {
    Int32(bitPattern: UInt32(now >> 32) &- UInt32(sequence >> 32))
  }

  /// The order of RFC 1982, so that the wrap is none.
  private static func isAfter(_ left: UInt64, _ right: UInt64) -> Bool {
    Int64(bitPattern: left &- right) > 0
  }

  private static func covered(
    _ message: ArraySlice<UInt8>, _ head: ArraySlice<UInt8>, from source: IPAddress
  ) -> [UInt8] {
    let bytes = Array(message)
    let octets = source.octets
    var covered: [UInt8] = [source.family == .ipv4 ? 4 : 6, bytes[0] >> 4, bytes[1], 0]
    covered += octets + [UInt8](repeating: 0, count: 16 - octets.count)
    covered += bytes[..<6] + [0, 0] + bytes[8...] + head
    return covered + [UInt8](repeating: 0, count: codeLength)
  }
}
