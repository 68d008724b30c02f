import Model
import TestSupport
import Testing
import VRRP

@Suite("Frames that announce an address")
struct FrameTests {
  @Test("A gratuitous ARP is a broadcast request from the address to itself")
  func gratuitousARP() throws {
    let id = try #require(VirtualRouterID(51))
    let frame = GratuitousARP(
      address: IPv4Address(10, 1, 0, 100), hardwareAddress: .virtualRouter(id, .ipv4)
    ).frame
    #expect(
      frame
        == hex(
          """
          ff ff ff ff ff ff  00 00 5e 00 01 33  08 06  // to everybody, from the virtual router, ARP
          00 01 08 00 06 04 00 01                      // Ethernet, IPv4, request
          00 00 5e 00 01 33  0a 01 00 64               // sender
          ff ff ff ff ff ff  0a 01 00 64               // target
          """))
  }

  @Test(
    "An unsolicited neighbour advertisement goes to all nodes, with its checksum", arguments: [true, false])
  func neighbourAdvertisement(isRouter: Bool) throws {
    let virtual = try #require(IPv6Address("fd00:1::100"))
    let frame = UnsolicitedNeighbourAdvertisement(
      address: virtual, hardwareAddress: try #require(MACAddress(octets: [2, 0, 0, 0, 0, 1])),
      isRouter: isRouter
    ).frame
    // The sums were computed apart from this code.
    let flagsAndSum = isRouter ? "d8 9a  a0 00 00 00" : "58 9b  20 00 00 00"
    #expect(
      frame
        == hex(
          """
          33 33 00 00 00 01  02 00 00 00 00 01  86 dd      // all nodes
          60 00 00 00  00 20 3a ff                         // 32 bytes of ICMPv6, hop limit 255
          fd 00 00 01 00 00 00 00 00 00 00 00 00 00 01 00  // from the address
          ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01
          88 00 \(flagsAndSum)                     // flags: (router,) override
          fd 00 00 01 00 00 00 00 00 00 00 00 00 00 01 00  // target
          02 01 02 00 00 00 00 01                          // its hardware address
          """))
  }

  @Test("A neighbour advertisement from the virtual hardware address is FRR's, byte by byte")
  func neighbourAdvertisementOfFRR() throws {
    let id = try #require(VirtualRouterID(51))
    let frame = UnsolicitedNeighbourAdvertisement(
      address: try #require(IPv6Address("fe80::100")), hardwareAddress: .virtualRouter(id, .ipv6)
    ).frame
    #expect(
      frame
        == hex(
          """
          33 33 00 00 00 01  00 00 5e 00 02 33  86 dd      // all nodes, from the virtual router
          60 00 00 00  00 20 3a ff                         // 32 bytes of ICMPv6, hop limit 255
          fe 80 00 00 00 00 00 00 00 00 00 00 00 00 01 00
          ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01
          88 00 77 6a  a0 00 00 00                         // flags: router, override
          fe 80 00 00 00 00 00 00 00 00 00 00 00 00 01 00  // target
          02 01 00 00 5e 00 02 33                          // its hardware address
          """))
  }

  @Test("The virtual router's hardware address has the family and the identifier in it")
  func virtualHardwareAddress() throws {
    let id = try #require(VirtualRouterID(51))
    #expect(MACAddress.virtualRouter(id, .ipv4).description == "00:00:5e:00:01:33")
    #expect(MACAddress.virtualRouter(id, .ipv6).description == "00:00:5e:00:02:33")
    #expect(MACAddress(octets: [1, 2, 3]) == nil)
  }
}
