import Model
import TestSupport
import Testing
import VRRP

@Suite("A trailer that proves who sent an advertisement")
struct HMACAuthenticationTests {
  static let secret = (0..<32).map { UInt8($0) }
  static let peer = IPAddress.ipv4(IPv4Address(10, 1, 0, 1))
  static let group = Advertisement.group(of: .ipv4)
  /// A time on everybody's clock.
  static let noon = Duration.seconds(1_800_000_000)

  static func key(_ id: UInt8, first byte: UInt8 = 0) throws -> HMACAuthentication.Key {
    try #require(HMACAuthentication.Key(id: id, secret: [byte] + secret.dropFirst()))
  }

  static func hmac(
    _ keys: HMACAuthentication.Key..., mode: HMACAuthentication.Mode = .enforce
  ) throws -> HMACAuthentication {
    HMACAuthentication(keys: keys.isEmpty ? [try key(1)] : keys, mode: mode)
  }

  static func sent(
    by hmac: inout HMACAuthentication, from source: IPAddress = peer, at time: Duration = noon
  ) throws -> ReceivedDatagram {
    let bytes = try advert(150).encoded(from: source, to: group, signedBy: &hmac, at: time)
    return ReceivedDatagram(source: source, destination: group, hopLimit: 255, message: bytes[...])
  }

  /// Expects what the receiver makes of it; none: it believes it.
  static func expect(
    _ expected: Rejection?, of datagram: ReceivedDatagram, by hmac: inout HMACAuthentication,
    at time: Duration = noon, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let reception = try ReceptionTests.reception()
    var rejection: Rejection?
    do throws(Rejection) {
      _ = try reception.advertisement(in: datagram, verifiedBy: &hmac, at: time)
    } catch {
      rejection = error
    }
    #expect(rejection == expected, sourceLocation: sourceLocation)
  }

  struct Vector: CustomTestStringConvertible, Sendable {
    var source: String
    var destination: String
    var floating: String
    var bytes: String
    var testDescription: String { source }
  }

  /// The wire images in the appendix of draft-cassen-vrrp-auth-hmac: virtual router 51, priority 200, key 00 01 … 1f with
  /// number 1, and a time of 68000000.8000 hexadecimal seconds.
  static let vectors = [
    Vector(
      source: "198.51.100.10", destination: "224.0.0.18", floating: "192.0.2.100",
      bytes: """
        31 33 c8 01  00 64 44 02  c0 00 02 64            // checksum of the message alone
        01 01 00 00  68 00 00 00  80 00 00 00            // scheme, key; seconds, fraction, counter
        1b 84 bc 4e 8e 43 89 2d c6 d9 84 48 f8 ee 22 65  // HMAC
        """),
    Vector(
      source: "fe80::10", destination: "fe80::20", floating: "fe80::100",
      bytes: """
        31 33 c8 01  00 64 a2 e9                         // checksum over the trailer as well
        fe 80 00 00 00 00 00 00 00 00 00 00 00 00 01 00
        01 01 00 00  68 00 00 00  80 00 00 00
        c8 c5 61 46 eb fd 66 ee 10 ec 4d 81 86 46 1b 78
        """),
  ]

  @Test("Is written as the draft writes it, and read back", arguments: vectors)
  func draftVectors(_ vector: Vector) throws {
    let (source, destination) = (try address(vector.source), try address(vector.destination))
    let time = Duration.seconds(0x6800_0000) + .milliseconds(500)
    let id = try #require(VirtualRouterID(51))
    let advertisement = try #require(
      Advertisement(
        virtualRouter: id, priority: Priority(200), interval: .default,
        addresses: try addresses(vector.floating)))
    var signer = try Self.hmac()
    let bytes = advertisement.encoded(
      from: source, to: destination, checksum: .messageOnly, signedBy: &signer, at: time)
    #expect(bytes == hex(vector.bytes))

    let isMulticast = destination == Self.group
    let reception = Reception(
      virtualRouter: id, family: source.family,
      ownAddress: isMulticast ? try address("198.51.100.11") : destination,
      senders: isMulticast ? .group : .peers([source]))
    let datagram = ReceivedDatagram(
      source: source, destination: destination, hopLimit: 255, message: bytes[...])
    var verifier = try Self.hmac()
    let read = try reception.advertisement(in: datagram, verifiedBy: &verifier, at: time)
    #expect(read == advertisement)
    // Who asks for no trailer ignores it.
    #expect(try reception.advertisement(in: datagram) == advertisement)
  }

  @Test("Version 2 is signed as well, behind its eight bytes of authentication")
  func versionTwo() throws {
    var (signer, verifier) = (try Self.hmac(), try Self.hmac())
    let bytes = try advert(150, version: .v2).encoded(
      from: Self.peer, to: Self.group, signedBy: &signer, at: Self.noon)
    #expect(bytes.count == 20 + 28)
    let datagram = ReceivedDatagram(
      source: Self.peer, destination: Self.group, hopLimit: 255, message: bytes[...])
    let reception = try ReceptionTests.reception(version: .v2)
    _ = try reception.advertisement(in: datagram, verifiedBy: &verifier, at: Self.noon)
  }

  @Test("One changed bit anywhere is a wrong HMAC, another's source as well")
  func forgery() throws {
    var signer = try Self.hmac()
    let datagram = try Self.sent(by: &signer)
    // The priority, with the checksum made right again; the HMAC; and the counter, which is signed too.
    for (offset, mask, checksum) in [(2, 0x80, 0x80), (30, 1, 0), (22, 1, 0)] as [(Int, UInt8, UInt8)] {
      var forged = datagram
      forged.message[offset] ^= mask
      forged.message[6] ^= checksum
      var verifier = try Self.hmac()
      try Self.expect(.wrongHMAC, of: forged, by: &verifier)
    }
    var other = try ReceivedDatagram(
      source: address("10.1.0.2"), destination: Self.group, hopLimit: 255,
      message: advert(150).encoded(from: address("10.1.0.2"), to: Self.group)[...])
    other.message += datagram.message.suffix(28)
    var verifier = try Self.hmac()
    try Self.expect(.wrongHMAC, of: other, by: &verifier)
  }

  @Test("A copy is refused, and so is whatever was sent before what was accepted last")
  func replay() throws {
    var (signer, verifier) = (try Self.hmac(), try Self.hmac())
    let first = try Self.sent(by: &signer)
    let second = try Self.sent(by: &signer)
    try Self.expect(nil, of: second, by: &verifier)
    try Self.expect(.replayed, of: second, by: &verifier)
    try Self.expect(.replayed, of: first, by: &verifier)
    // Another sender has a sequence of its own.
    var other = try Self.hmac()
    let third = try Self.sent(by: &other, from: address("10.1.0.2"), at: Self.noon - .seconds(2))
    try Self.expect(nil, of: third, by: &verifier)
  }

  @Test("What is older or newer than the window is stale, and a forged time moves nothing")
  func stale() throws {
    var (signer, verifier) = (try Self.hmac(), try Self.hmac())
    let datagram = try Self.sent(by: &signer)
    try Self.expect(.staleTrailer(seconds: 6), of: datagram, by: &verifier, at: Self.noon + .seconds(6))
    try Self.expect(.staleTrailer(seconds: -6), of: datagram, by: &verifier, at: Self.noon - .seconds(6))
    var forged = datagram
    forged.message[19] &+= 4
    try Self.expect(.wrongHMAC, of: forged, by: &verifier)
    try Self.expect(nil, of: datagram, by: &verifier, at: Self.noon + .seconds(5))
  }

  @Test("An unknown key, a missing trailer and one that is none have names of their own")
  func others() throws {
    var (signer, verifier) = (try Self.hmac(Self.key(2)), try Self.hmac(Self.key(1)))
    let datagram = try Self.sent(by: &signer)
    try Self.expect(.unknownKey(2), of: datagram, by: &verifier)
    var bare = datagram
    bare.message.removeLast(28)
    try Self.expect(.missingTrailer, of: bare, by: &verifier)
    var short = datagram
    short.message.removeLast()
    try Self.expect(.malformedTrailer(length: 27), of: short, by: &verifier)
    for offset in [12, 14, 15] {
      var strange = datagram
      strange.message[offset] = 9
      try Self.expect(.malformedTrailer(length: 28), of: strange, by: &verifier)
    }
    let labels: [Rejection.Label] = [
      .missingTrailer, .malformedTrailer, .unknownKey, .wrongHMAC, .replayed, .staleTrailer,
    ]
    #expect(Set(labels.map(\.rawValue)).count == labels.count)
  }

  @Test("A key changes without a rejected advertisement, whichever router is told first")
  func rotation() throws {
    let (old, new) = (try Self.key(1), try Self.key(2, first: 0xAA))
    // Each step on one router while the other is at the step before.
    let steps = [[old], [old, new], [new, old], [new]]
    var (signer, verifier) = (HMACAuthentication(keys: [old]), HMACAuthentication(keys: [old]))
    for (before, after) in zip(steps, steps.dropFirst()) {
      for (sender, receiver) in [(before, before), (before, after), (after, before), (after, after)] {
        signer.keys = sender
        verifier.keys = receiver
        let datagram = try Self.sent(by: &signer)
        try Self.expect(nil, of: datagram, by: &verifier)
      }
    }
    signer.keys = [old]
    let retired = try Self.sent(by: &signer)
    try Self.expect(.unknownKey(1), of: retired, by: &verifier)
  }

  @Test("It is introduced without a rejected advertisement: receive-only, permissive, enforce")
  func introduction() throws {
    let modes: [HMACAuthentication.Mode] = [.receiveOnly, .permissive, .enforce]
    for (before, after) in zip(modes, modes.dropFirst()) {
      for (sender, receiver) in [(before, before), (before, after), (after, before), (after, after)] {
        var (signer, verifier) = (try Self.hmac(mode: sender), try Self.hmac(mode: receiver))
        let datagram = try Self.sent(by: &signer)
        #expect(datagram.message.count == (sender == .receiveOnly ? 12 : 40))
        try Self.expect(nil, of: datagram, by: &verifier)
      }
    }
    // A wrong trailer is refused in every mode.
    for mode in modes {
      var (signer, verifier) = (try Self.hmac(Self.key(1, first: 9)), try Self.hmac(mode: mode))
      let datagram = try Self.sent(by: &signer)
      try Self.expect(.wrongHMAC, of: datagram, by: &verifier)
    }
  }

  @Test(
    "A clock that is set back by a hair goes on counting, one set by an hour begins anew, and both are believed"
  )
  func clockSteps() throws {
    var (signer, verifier) = (try Self.hmac(), try Self.hmac())
    var time = Self.noon
    for step in [0, -2, 0, 3600, 0, -3600, -3600, 1] {
      // Every clock takes the same step, as when a time server is found.
      time += .seconds(step)
      for _ in 0..<3 {
        let datagram = try Self.sent(by: &signer, at: time)
        try Self.expect(nil, of: datagram, by: &verifier, at: time)
      }
    }
    // One clock alone is an hour ahead, and then right again.
    let ahead = try Self.sent(by: &signer, at: time + .seconds(3600))
    try Self.expect(.staleTrailer(seconds: -3600), of: ahead, by: &verifier, at: time)
    let right = try Self.sent(by: &signer, at: time + .seconds(1))
    try Self.expect(nil, of: right, by: &verifier, at: time + .seconds(1))
  }

  @Test("The seconds wrap in 2106 without a rejected advertisement")
  func wrap() throws {
    var (signer, verifier) = (try Self.hmac(), try Self.hmac())
    for second in -2...2 {
      let time = Duration.seconds(1 << 32) + .seconds(second)
      let datagram = try Self.sent(by: &signer, at: time)
      try Self.expect(nil, of: datagram, by: &verifier, at: time)
    }
  }

  @Test("A clock before 1970 is none that crashes")
  func prehistory() throws {
    var (signer, verifier) = (try Self.hmac(), try Self.hmac())
    let datagram = try Self.sent(by: &signer, at: .milliseconds(-1500))
    try Self.expect(nil, of: datagram, by: &verifier, at: .milliseconds(-1500))
  }

  @Test("A key is 32 to 64 bytes, as they are or in hexadecimal digits, with a number that is not 0")
  func keys() {
    typealias Key = HMACAuthentication.Key
    let digits = String(repeating: "0f", count: 32)
    #expect(Key(id: 1, text: Array("hex:\(digits)\n".utf8))?.secret == [UInt8](repeating: 15, count: 32))
    #expect(Key(id: 1, text: Array("\(digits)\r\n".utf8))?.secret == Array(digits.utf8))
    for text in ["hex:\(digits)0", "hex:\(digits)0g", "hex:", "", String(repeating: "x", count: 31)] {
      #expect(Key(id: 1, text: Array(text.utf8)) == nil)
    }
    #expect(Key(id: 1, text: [UInt8](repeating: 1, count: 65)) == nil)
    #expect(Key(id: 0, secret: Self.secret) == nil)
  }
}
