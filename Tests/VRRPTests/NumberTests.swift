import Model
import Testing
import VRRP

@Suite("Ranged numbers and their arithmetic")
struct NumberTests {
  @Test("A virtual router identifier is 1 to 255")
  func identifiers() {
    #expect(VirtualRouterID(0) == nil)
    #expect(VirtualRouterID(1)?.value == 1)
    #expect(VirtualRouterID(255)?.value == 255)
  }

  @Test(
    "An interval is 1 to 4095 centiseconds", arguments: [(0, false), (1, true), (4095, true), (4096, false)])
  func intervals(_ centiseconds: Int, _ isValid: Bool) {
    #expect((AdvertisementInterval(centiseconds: UInt16(centiseconds)) != nil) == isValid)
    #expect((AdvertisementInterval(.milliseconds(centiseconds * 10)) != nil) == isValid)
  }

  @Test("An interval in between two centiseconds is none")
  func brokenIntervals() {
    #expect(AdvertisementInterval(.milliseconds(15)) == nil)
    #expect(AdvertisementInterval(.nanoseconds(10_000_001)) == nil)
    #expect(AdvertisementInterval(.milliseconds(-10)) == nil)
    #expect(AdvertisementInterval(.seconds(1_000_000_000)) == nil)
  }

  @Test(
    "Skew_Time is (256 - priority) / 256 of the interval, to the nanosecond",
    arguments: [
      (100, 100, 609_375_000), (254, 100, 7_812_500), (255, 100, 3_906_250), (1, 100, 996_093_750),
      (254, 1, 78_125), (255, 1, 39_062), (150, 10, 41_406_250),
    ])
  func skew(_ priority: Int, _ centiseconds: Int, _ nanoseconds: Int) throws {
    let interval = try interval(UInt16(centiseconds))
    let priority = Priority(UInt8(priority))
    #expect(interval.skewTime(of: priority, in: .v3) == .nanoseconds(nanoseconds))
    #expect(
      interval.activeDownInterval(of: priority, in: .v3) == interval.duration * 3 + .nanoseconds(nanoseconds))
  }

  @Test("In version 2 Skew_Time is a part of a second, whatever the interval is")
  func skewOfVersionTwo() throws {
    let interval = try interval(300)
    #expect(interval.skewTime(of: Priority(128), in: .v2) == .milliseconds(500))
    #expect(interval.activeDownInterval(of: Priority(128), in: .v2) == .milliseconds(9500))
  }

  @Test("A virtual router has 1 to 255 addresses of one family, in IPv6 a link-local one first")
  func virtualAddresses() throws {
    #expect(throws: VirtualAddresses.Invalid.empty) { try VirtualAddresses([]) }
    let many = (0..<256).map { IPAddress.ipv4(IPv4Address(0x0A00_0001 + $0)) }
    #expect(throws: VirtualAddresses.Invalid.moreThan255) { try VirtualAddresses(many) }
    #expect(try VirtualAddresses(Array(many.dropLast())).list.count == 255)
    #expect(throws: VirtualAddresses.Invalid.mixedFamilies) { try addresses("10.0.0.1", "fe80::1") }
    #expect(throws: VirtualAddresses.Invalid.firstNotLinkLocal(try address("fd00::1"))) {
      try addresses("fd00::1", "fe80::1")
    }
  }

  @Test("Settings that contradict themselves are refused")
  func invalidSettings() {
    #expect(throws: VirtualRouter.Settings.Invalid.priorityZero) { try settings(priority: 0) }
    #expect(throws: VirtualRouter.Settings.Invalid.ownAddressOfOtherFamily) { try settings(own: "fe80::1") }
    #expect(throws: VirtualRouter.Settings.Invalid.version2NeedsWholeSeconds) {
      try settings(version: .v2, centiseconds: 150)
    }
    #expect(throws: VirtualRouter.Settings.Invalid.version2OverIPv6) {
      try settings(version: .v2, own: "fe80::1", floating: "fe80::51")
    }
  }

  @Test("An instant that the clock cannot show is its last or its first")
  func saturatingInstants() {
    #expect(at(0).advanced(by: .seconds(Int64.max)).nanoseconds == .max)
    #expect(at(-1).advanced(by: .seconds(Int64.min)).nanoseconds == .min)
    #expect(at(500).duration(to: at(1500)) == .seconds(1))
  }
}
