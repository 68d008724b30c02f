import Model
import TestSupport
import Testing
import VRRP

@Suite("An advertisement on the wire")
struct AdvertisementTests {
  struct Vector: CustomTestStringConvertible, Sendable {
    var name: String
    var version = ProtocolVersion.v3
    var priority: UInt8 = 150
    var centiseconds: UInt16 = 100
    var source = "10.1.0.1"
    var destination = "224.0.0.18"
    var floating = ["10.1.0.100"]
    var checksum = ChecksumForm.withPseudoHeader
    var password: String?
    var bytes: String
    var testDescription: String { name }
  }

  /// Captured from keepalived 2.2.7; the message-only sums are its `v3_checksum_as_v2`.
  static let vectors = [
    Vector(
      name: "version 3",
      bytes: """
        31 33 96 01  // version 3, advertisement; VRID 51; priority 150; one address
        00 64 43 71  // 100 cs; checksum with pseudo-header
        0a 01 00 64  // 10.1.0.100
        """),
    Vector(
      name: "version 3, checksum of the message alone", checksum: .messageOnly,
      bytes: "31 33 96 01  00 64 2e 02  0a 01 00 64"),
    Vector(name: "version 3, release", priority: 0, bytes: "31 33 00 01  00 64 d9 71  0a 01 00 64"),
    Vector(
      name: "version 3, release, checksum of the message alone", priority: 0, checksum: .messageOnly,
      bytes: "31 33 00 01  00 64 c4 02  0a 01 00 64"),
    Vector(
      name: "version 3 to a peer", centiseconds: 25, destination: "10.1.0.2",
      bytes: "31 33 96 01  00 19 19 cc  0a 01 00 64"),
    Vector(
      name: "version 3 to a peer, checksum of the message alone", centiseconds: 25, destination: "10.1.0.2",
      checksum: .messageOnly, bytes: "31 33 96 01  00 19 2e 4d  0a 01 00 64"),
    Vector(
      name: "version 2", version: .v2,
      bytes: """
        21 33 96 01  // version 2
        00 01 3e 65  // no authentication; 1 s; checksum
        0a 01 00 64
        00 00 00 00 00 00 00 00  // authentication
        """),
    Vector(
      name: "version 2 with a password", version: .v2, password: "secretpw",
      bytes: """
        21 33 96 01
        01 01 90 a1  // simple text password
        0a 01 00 64
        73 65 63 72 65 74 70 77  // secretpw
        """),
    Vector(
      name: "version 3 over IPv6", centiseconds: 50, source: "fe80::1879:94ff:feb1:2fa3",
      destination: "ff02::12", floating: ["fe80::51", "fd00:1::100"],
      bytes: """
        31 33 96 02  // two addresses
        00 32 61 c8  // 50 cs; checksum with the IPv6 pseudo-header
        fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 51
        fd 00 00 01 00 00 00 00 00 00 00 00 00 00 01 00
        """),
  ]

  /// Captured from FRR 8.4, at an interval of 500 ms; over IPv6 it sends from the first virtual address.
  static let vectorsOfFRR = [
    Vector(
      name: "FRR, version 3", centiseconds: 50, source: "10.1.0.2",
      bytes: """
        31 33 96 01  // version 3, advertisement; VRID 51; priority 150; one address
        00 32 43 a2  // 50 cs; checksum with pseudo-header
        0a 01 00 64  // 10.1.0.100
        """),
    Vector(
      name: "FRR, version 3, release", priority: 0, centiseconds: 50, source: "10.1.0.2",
      bytes: "31 33 00 01  00 32 d9 a2  0a 01 00 64"),
    Vector(
      name: "FRR, version 3 over IPv6", centiseconds: 50, source: "fe80::100", destination: "ff02::12",
      floating: ["fe80::100", "fd00:1::100"],
      bytes: """
        31 33 96 02  // two addresses
        00 32 3b e7  // 50 cs; checksum with the IPv6 pseudo-header
        fe 80 00 00 00 00 00 00 00 00 00 00 00 00 01 00
        fd 00 00 01 00 00 00 00 00 00 00 00 00 00 01 00
        """),
    Vector(
      name: "FRR, version 3 over IPv6, release", priority: 0, centiseconds: 50, source: "fe80::100",
      destination: "ff02::12", floating: ["fe80::100", "fd00:1::100"],
      bytes: """
        31 33 00 02  00 32 d1 e7
        fe 80 00 00 00 00 00 00 00 00 00 00 00 00 01 00
        fd 00 00 01 00 00 00 00 00 00 00 00 00 00 01 00
        """),
  ]

  @Test("Is written as keepalived and FRR write it, and read back", arguments: vectors + vectorsOfFRR)
  func captures(_ vector: Vector) throws {
    let (source, destination) = (try address(vector.source), try address(vector.destination))
    let id = try #require(VirtualRouterID(51))
    let floating = try VirtualAddresses(vector.floating.map { try address($0) })
    let authentication = try vector.password.map {
      Authentication.password(try #require(Authentication.Password($0)))
    }
    let interval = try interval(vector.centiseconds)
    let advertisement = try #require(
      Advertisement(
        version: vector.version, virtualRouter: id, priority: Priority(vector.priority), interval: interval,
        addresses: floating))

    let bytes = advertisement.encoded(
      from: source, to: destination, checksum: vector.checksum, authentication: authentication ?? .none)
    #expect(bytes == hex(vector.bytes))

    let isMulticast = destination == Advertisement.group(of: floating.family)
    let reception = Reception(
      version: vector.version, virtualRouter: id, family: floating.family,
      ownAddress: isMulticast ? try address("10.1.0.9") : destination,
      senders: isMulticast ? .group : .peers([source]), checksums: [vector.checksum],
      interval: interval, authentication: authentication ?? .none)
    let datagram = ReceivedDatagram(
      source: source, destination: destination, hopLimit: 255, message: bytes[...])
    #expect(try reception.advertisement(in: datagram) == advertisement)
  }

  @Test("Uses all 12 bits of the interval, and no reserved bit")
  func widestInterval() throws {
    let bytes = try advert(100, centiseconds: 4095)
      .encoded(from: try address("10.1.0.1"), to: try address("224.0.0.18"))
    #expect(bytes[4...5] == [0x0F, 0xFF])
  }

  @Test("Version 2 has neither IPv6 nor fractions of a second")
  func versionTwoLimits() throws {
    let id = try #require(VirtualRouterID(51))
    #expect(
      Advertisement(
        version: .v2, virtualRouter: id, priority: .default, interval: try interval(150),
        addresses: try addresses("10.1.0.100")) == nil)
    #expect(
      Advertisement(
        version: .v2, virtualRouter: id, priority: .default, interval: .default,
        addresses: try addresses("fe80::51")) == nil)
  }

  @Test("The groups are 224.0.0.18 and ff02::12")
  func groups() {
    #expect(Advertisement.group(of: .ipv4).description == "224.0.0.18")
    #expect(Advertisement.group(of: .ipv6).description == "ff02::12")
  }
}
