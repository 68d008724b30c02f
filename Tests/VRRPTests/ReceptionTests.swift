import Model
import TestSupport
import Testing
import VRRP

@Suite("The ladder that a packet climbs")
struct ReceptionTests {
  static let good = hex("31 33 96 01  00 64 43 71  0a 01 00 64")
  static let goodVersion2 = hex("21 33 96 01  00 01 3e 65  0a 01 00 64  00 00 00 00 00 00 00 00")
  static let goodIPv6 = hex(
    """
    31 33 96 02  00 32 61 c8
    fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 51
    fd 00 00 01 00 00 00 00 00 00 00 00 00 00 01 00
    """)

  /// A packet as a router sent it, which a test then spoils.
  struct Packet {
    var source = "10.1.0.1"
    var destination = "224.0.0.18"
    var hopLimit: UInt8 = 255
    var bytes = ReceptionTests.good

    func datagram() throws -> ReceivedDatagram {
      ReceivedDatagram(
        source: try address(source), destination: try address(destination), hopLimit: hopLimit,
        message: bytes[...])
    }
  }

  struct Rung: CustomTestStringConvertible, Sendable {
    var rejection: Rejection
    /// Spoils a good packet so that this rung does not hold; the others still do or come later.
    var spoil: @Sendable (inout Packet) -> Void
    var testDescription: String { "\(rejection.label.rawValue)" }
  }

  static let rungs: [Rung] = [
    Rung(rejection: .hopLimit(254)) { $0.hopLimit = 254 },
    Rung(rejection: .ownSource(.ipv4(IPv4Address(10, 1, 0, 9)))) { $0.source = "10.1.0.9" },
    Rung(rejection: .tooShort(length: 7)) { $0.bytes = Array($0.bytes.prefix(7)) },
    Rung(rejection: .version(4)) { if $0.bytes.count > 0 { $0.bytes[0] = 0x40 | $0.bytes[0] & 0xF } },
    Rung(rejection: .type(2)) { if $0.bytes.count > 0 { $0.bytes[0] = $0.bytes[0] & 0xF0 | 2 } },
    Rung(rejection: .foreignVirtualRouter(52)) { if $0.bytes.count > 1 { $0.bytes[1] = 52 } },
    Rung(rejection: .noAddresses) { if $0.bytes.count > 3 { $0.bytes[3] = 0 } },
    Rung(rejection: .truncated(length: 12, expected: 16)) { if $0.bytes.count > 3 { $0.bytes[3] = 2 } },
    Rung(rejection: .checksum(0x4372)) { if $0.bytes.count > 7 { $0.bytes[7] = 0x72 } },
    Rung(rejection: .zeroInterval) {
      // The sum stays right: the checksum takes up what the interval loses.
      if $0.bytes.count > 7 { $0.bytes.replaceSubrange(4...7, with: hex("00 00 43 d5")) }
    },
  ]

  static func reception(
    version: ProtocolVersion = .v3, family: AddressFamily = .ipv4, own: String = "10.1.0.9",
    senders: Reception.Senders = .group, checksums: Set<ChecksumForm> = Set(ChecksumForm.allCases),
    authentication: Authentication = .none
  ) throws -> Reception {
    Reception(
      version: version, virtualRouter: try #require(VirtualRouterID(51)), family: family,
      ownAddress: try address(own), senders: senders, checksums: checksums, authentication: authentication)
  }

  @Test("Every rung that does not hold is told by its own name", arguments: rungs)
  func rung(_ rung: Rung) throws {
    var packet = Packet()
    rung.spoil(&packet)
    #expect(throws: rung.rejection) { try Self.reception().advertisement(in: packet.datagram()) }
  }

  @Test("Of two rungs that do not hold, the lower one is told", arguments: rungs.indices)
  func order(_ lower: Int) throws {
    for higher in Self.rungs.indices where higher > lower {
      var packet = Packet()
      Self.rungs[higher].spoil(&packet)
      Self.rungs[lower].spoil(&packet)
      let rejection = #expect(throws: Rejection.self) {
        try Self.reception().advertisement(in: packet.datagram())
      }
      #expect(rejection?.label == Self.rungs[lower].rejection.label)
    }
  }

  @Test("The labels stand in the order of the ladder, and no two are the same")
  func labels() {
    let order = Self.rungs.compactMap { Rejection.Label.allCases.firstIndex(of: $0.rejection.label) }
    #expect(order == order.sorted())
    #expect(Set(Rejection.Label.allCases.map(\.rawValue)).count == Rejection.Label.allCases.count)
  }

  @Test("What a misconfigured peer would send is told from noise")
  func misconfiguration() throws {
    let mismatches: [Rejection] = [
      .destination(try address("10.1.0.2")), .version(2), .checksum(0), .missingTrailer, .unknownKey(2),
      .wrongHMAC, .authenticationType(1),
      .password,
      .intervalMismatch(seconds: 2), .staleTrailer(seconds: 3600),
    ]
    #expect(mismatches.filter { !$0.suggestsMisconfiguration } == [])
    let noise: [Rejection] = [
      .ipHeader(length: 3), .hopLimit(254), .foreignVirtualRouter(52), .tooShort(length: 7), .type(2),
      .replayed,
    ]
    #expect(noise.filter { $0.suggestsMisconfiguration } == [])
  }

  @Test("Both checksums over IPv4 are taken, or the one that was asked for", arguments: ChecksumForm.allCases)
  func checksumForms(_ form: ChecksumForm) throws {
    let message = try advert(150).encoded(
      from: try address("10.1.0.1"), to: try address("224.0.0.18"), checksum: form)
    let datagram = try Packet(bytes: message).datagram()
    #expect(throws: Never.self) { try Self.reception().advertisement(in: datagram) }
    #expect(throws: Never.self) { try Self.reception(checksums: [form]).advertisement(in: datagram) }
    let other = Set(ChecksumForm.allCases).subtracting([form])
    #expect(throws: Rejection.self) { try Self.reception(checksums: other).advertisement(in: datagram) }
  }

  @Test("Reserved bits and bytes after the addresses are ignored")
  func ignored() throws {
    var padded = Packet()
    padded.bytes += [UInt8](repeating: 0xEE, count: 18)
    #expect(throws: Never.self) { try Self.reception().advertisement(in: padded.datagram()) }
    var reserved = Packet()
    reserved.bytes.replaceSubrange(4...7, with: hex("f0 64 53 70"))
    #expect(try Self.reception().advertisement(in: reserved.datagram()).interval == interval(100))
  }

  @Test("Unicast is taken from peers alone, multicast is not taken then, and the other way round")
  func unicast() throws {
    let unicast = try Self.reception(own: "10.1.0.2", senders: .peers([address("10.1.0.1")]))
    var packet = Packet(destination: "10.1.0.2")
    packet.bytes = try advert(150).encoded(from: try address("10.1.0.1"), to: try address("10.1.0.2"))
    #expect(throws: Never.self) { try unicast.advertisement(in: packet.datagram()) }

    let toUs = try packet.datagram()
    #expect(throws: Rejection.destination(toUs.destination)) { try Self.reception().advertisement(in: toUs) }
    let toAll = try Packet().datagram()
    #expect(throws: Rejection.destination(toAll.destination)) { try unicast.advertisement(in: toAll) }

    packet.source = "10.1.0.3"
    let stranger = try packet.datagram()
    #expect(throws: Rejection.foreignSource(stranger.source)) { try unicast.advertisement(in: stranger) }
    packet.hopLimit = 64
    let routed = try packet.datagram()
    #expect(throws: Rejection.hopLimit(64)) { try unicast.advertisement(in: routed) }
  }

  @Test("Version 2 must have this router's interval, type of authentication and password")
  func versionTwo() throws {
    let packet = Packet(bytes: Self.goodVersion2)
    #expect(throws: Never.self) { try Self.reception(version: .v2).advertisement(in: packet.datagram()) }

    func spoilt(_ bytes: String) throws -> ReceivedDatagram {
      try Packet(bytes: hex("21 33 96 01 \(bytes) 0a 01 00 64 00 00 00 00 00 00 00 00")).datagram()
    }
    for (bytes, rejection) in [
      ("00 02 3e 64", Rejection.intervalMismatch(seconds: 2)), ("00 00 3e 66", .zeroInterval),
      ("01 01 3d 65", .authenticationType(1)), ("00 01 3e 66", .checksum(0x3E66)),
    ] {
      let datagram = try spoilt(bytes)
      #expect(throws: rejection) { try Self.reception(version: .v2).advertisement(in: datagram) }
    }

    let password = Authentication.password(try #require(Authentication.Password("secretpw")))
    let wrong = try spoilt("01 01 3d 65")
    #expect(throws: Rejection.password) {
      try Self.reception(version: .v2, authentication: password).advertisement(in: wrong)
    }
    var short = Packet(bytes: Array(Self.goodVersion2.dropLast()))
    short.bytes = Array(Self.goodVersion2.dropLast())
    let truncated = try short.datagram()
    #expect(throws: Rejection.truncated(length: 19, expected: 20)) {
      try Self.reception(version: .v2).advertisement(in: truncated)
    }
  }

  @Test("In IPv6 the first address is link-local, and the family is the router's")
  func ipv6() throws {
    let source = "fe80::1879:94ff:feb1:2fa3"
    let reception = try Self.reception(family: .ipv6, own: "fe80::9")
    let packet = Packet(source: source, destination: "ff02::12", bytes: Self.goodIPv6)
    #expect(throws: Never.self) { try reception.advertisement(in: packet.datagram()) }

    var swapped = packet
    swapped.bytes = Array(Self.goodIPv6[..<8] + Self.goodIPv6[24...] + Self.goodIPv6[8..<24])
    let datagram = try swapped.datagram()
    #expect(throws: Rejection.firstAddress(try address("fd00:1::100"))) {
      try reception.advertisement(in: datagram)
    }
    let other = try Packet().datagram()
    #expect(throws: Rejection.family(.ipv4)) { try reception.advertisement(in: other) }
  }

  static let ipHeader = hex(
    """
    45 c0 00 20 00 00 00 00  // 20 bytes of header, 32 in all
    ff 70 00 00              // TTL 255, protocol 112
    0a 01 00 01 e0 00 00 12
    """)

  @Test("An IPv4 packet is read to its total length: padding is no part of it")
  func paddedPacket() throws {
    let packet = Self.ipHeader + Self.good + [UInt8](repeating: 0, count: 14)
    let datagram = try ReceivedDatagram(ipv4Packet: packet[...])
    #expect(datagram == (try Packet().datagram()))
    // A slice keeps the indices of what it was cut from.
    #expect(try ReceivedDatagram(ipv4Packet: ([9, 9, 9] + packet)[3...]) == datagram)
  }

  @Test("An IPv4 header may have options")
  func options() throws {
    var packet = Self.ipHeader + [1, 1, 1, 0] + Self.good
    packet[0] = 0x46
    packet[3] = 0x24
    #expect(try ReceivedDatagram(ipv4Packet: packet[...]) == Packet().datagram())
  }

  @Test(
    "An IPv4 header that contradicts its packet is refused",
    arguments: [(0, 0x65), (0, 0x44), (0, 0x4F), (3, 0x21), (3, 0x13), (9, 17)])
  func brokenHeader(_ offset: Int, _ byte: Int) {
    var packet = Self.ipHeader + Self.good
    packet[offset] = UInt8(byte)
    #expect(throws: Rejection.ipHeader(length: 32)) { try ReceivedDatagram(ipv4Packet: packet[...]) }
    #expect(throws: Rejection.ipHeader(length: 19)) { try ReceivedDatagram(ipv4Packet: packet[..<19]) }
  }

  @Test("Random bytes are refused or read back as they were, and never crash")
  func randomBytes() throws {
    var random = SeededGenerator(seed: 1)
    let source = try address("10.1.0.1")
    let group = try address("224.0.0.18")
    let receptions = [try Self.reception(), try Self.reception(version: .v2)]
    for _ in 0..<20_000 {
      var bytes = Bool.random(using: &random) ? Self.good : Self.goodVersion2
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
      }
      bytes.removeLast(Int.random(in: 0...bytes.count, using: &random) / 4)
      _ = try? ReceivedDatagram(ipv4Packet: bytes[...])
      let datagram = ReceivedDatagram(source: source, destination: group, hopLimit: 255, message: bytes[...])
      for reception in receptions {
        guard let advertisement = try? reception.advertisement(in: datagram) else { continue }
        let again = advertisement.encoded(from: source, to: group)
        let datagram = ReceivedDatagram(
          source: source, destination: group, hopLimit: 255, message: again[...])
        #expect(try reception.advertisement(in: datagram) == advertisement)
      }
    }
  }
}
