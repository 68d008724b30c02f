import Model
import Testing
import VRRP

@Suite("The state machine of RFC 9568 §6.4")
struct RFCTests {
  typealias Action = VirtualRouter.Action

  static let floating = IPAddress.ipv4(IPv4Address(10, 1, 0, 100))
  static let other = IPAddress.ipv4(IPv4Address(10, 1, 0, 2))

  /// A router of priority 100 that is Active since 3609.375 ms.
  static func active(priority: UInt8 = 100) throws -> VirtualRouter {
    var router = VirtualRouter(try settings(priority: priority))
    _ = router.handle(.start, at: at(0))
    if router.role == .backup { _ = router.handle(.timer, at: at(3609.375)) }
    try #require(router.role == .active)
    return router
  }

  static func moved(
    _ from: VirtualRouter.Role, _ to: VirtualRouter.Role, _ reason: VirtualRouter.Reason
  ) -> Action {
    .transition(VirtualRouter.Transition(from: from, to: to, reason: reason))
  }

  @Test("6.4.1: Started, the owner advertises, takes the addresses, announces them and is Active")
  func ownerStarts() throws {
    var router = VirtualRouter(try settings(priority: 255))
    #expect(
      router.handle(.start, at: at(0)) == [
        .send(try advert(255)), .addAddresses([Self.floating]), .announce([Self.floating], times: 5),
        Self.moved(.initialize, .active, .owner),
      ])
    #expect(router.deadline == at(1000))
  }

  @Test("6.4.1: Started, any other is Backup and waits Active_Down_Interval of its own interval")
  func othersStart() throws {
    var router = VirtualRouter(try settings(priority: 100))
    #expect(router.deadline == nil)
    #expect(router.handle(.start, at: at(0)) == [Self.moved(.initialize, .backup, .started)])
    #expect(router.deadline == at(3609.375))
    #expect(router.handle(.start, at: at(5)) == [])
  }

  @Test("6.4.1: What is heard before the start means nothing")
  func notStarted() throws {
    var router = VirtualRouter(try settings())
    #expect(router.handle(.advertisement(try advert(200), from: Self.other), at: at(0)) == [])
    #expect(router.handle(.timer, at: at(1)) == [])
    #expect(router.role == .initialize)
  }

  @Test("6.4.2: A Backup that stops says nothing")
  func backupStops() throws {
    var router = VirtualRouter(try settings())
    _ = router.handle(.start, at: at(0))
    #expect(router.handle(.stop, at: at(10)) == [Self.moved(.backup, .initialize, .stopped)])
    #expect(router.deadline == nil)
  }

  @Test(
    "6.4.2: When Active_Down_Timer fires, it advertises first, then takes the addresses and announces them")
  func takesOver() throws {
    var router = VirtualRouter(try settings())
    _ = router.handle(.start, at: at(0))
    #expect(router.handle(.timer, at: at(3609)) == [])
    #expect(
      router.handle(.timer, at: at(3609.375)) == [
        .send(try advert(100)), .addAddresses([Self.floating]), .announce([Self.floating], times: 5),
        Self.moved(.backup, .active, .silence(of: nil)),
      ])
    #expect(router.deadline == at(4609.375))
  }

  @Test("6.4.2: A release sets Active_Down_Timer to Skew_Time")
  func release() throws {
    var router = VirtualRouter(try settings())
    _ = router.handle(.start, at: at(0))
    _ = router.handle(.advertisement(try advert(200), from: Self.other), at: at(1000))
    #expect(router.handle(.advertisement(try advert(0), from: Self.other), at: at(1500)) == [])
    #expect(router.deadline == at(1500 + 609.375))
    let actions = router.handle(.timer, at: at(1500 + 609.375))
    #expect(actions.last == Self.moved(.backup, .active, .released(by: Self.other)))
  }

  @Test(
    "6.4.2: An equal or higher priority starts the timer anew, whatever the address",
    arguments: [100, 200, 255])
  func obeys(priority: Int) throws {
    var router = VirtualRouter(try settings(own: "10.1.0.200"))
    _ = router.handle(.start, at: at(0))
    #expect(router.handle(.advertisement(try advert(UInt8(priority)), from: Self.other), at: at(1000)) == [])
    #expect(router.deadline == at(4609.375))
    #expect(router.activePeer?.address == Self.other)
  }

  @Test("6.4.2: A lower priority is discarded with Preempt_Mode, and obeyed without")
  func lowerPriority() throws {
    for (preemption, deadline) in [(Preemption.after(.zero), 3609.375), (.never, 4609.375)] {
      var router = VirtualRouter(try settings(preemption: preemption))
      _ = router.handle(.start, at: at(0))
      #expect(router.handle(.advertisement(try advert(50), from: Self.other), at: at(1000)) == [])
      #expect(router.deadline == at(deadline))
    }
  }

  @Test("6.4.2: A Backup learns the interval of the Active router, and returns to its own when it takes over")
  func learnsInterval() throws {
    var router = VirtualRouter(try settings())
    _ = router.handle(.start, at: at(0))
    let slow = try advert(200, centiseconds: 200)
    #expect(
      router.handle(.advertisement(slow, from: Self.other), at: at(0))
        == [.report(.intervalDiffers(from: Self.other, try interval(200)))])
    #expect(router.activeInterval == (try interval(200)))
    #expect(router.deadline == at(7218.75))
    #expect(router.handle(.timer, at: at(7218.75)).first == .send(try advert(100)))
    #expect(router.deadline == at(8218.75))
  }

  @Test("6.4.3: An Active router that stops releases the addresses")
  func activeStops() throws {
    var router = try Self.active()
    #expect(
      router.handle(.stop, at: at(4000)) == [
        .send(try advert(0)), .removeAddresses([Self.floating]), Self.moved(.active, .initialize, .stopped),
      ])
    #expect(router.deadline == nil)
  }

  @Test("6.4.3: When Adver_Timer fires, it advertises and starts the timer anew")
  func advertises() throws {
    var router = try Self.active()
    #expect(router.handle(.timer, at: at(4609.375)) == [.send(try advert(100))])
    #expect(router.deadline == at(5609.375))
    // Late by 3 ms, the next one is on time again.
    #expect(router.handle(.timer, at: at(5612.375)) == [.send(try advert(100))])
    #expect(router.deadline == at(6609.375))
  }

  @Test("6.4.3: A release by somebody else is answered at once, and Adver_Timer starts anew")
  func answersRelease() throws {
    var router = try Self.active()
    #expect(
      router.handle(.advertisement(try advert(0), from: Self.other), at: at(4000)) == [.send(try advert(100))]
    )
    #expect(router.deadline == at(5000))
  }

  @Test(
    "6.4.3: A higher priority, or an equal one of a higher address, makes it Backup",
    arguments: [(101, "10.1.0.0"), (255, "10.1.0.0"), (100, "10.1.0.2"), (100, "200.0.0.1")])
  func yields(_ priority: Int, _ source: String) throws {
    var router = try Self.active()
    let actions = router.handle(
      .advertisement(try advert(UInt8(priority), centiseconds: 50), from: try address(source)), at: at(4000))
    let peer = VirtualRouter.Peer(address: try address(source), priority: Priority(UInt8(priority)))
    // The last word is no part of the RFC.
    #expect(
      actions.suffix(3) == [
        .removeAddresses([Self.floating]), .send(try advert(100)),
        Self.moved(.active, .backup, .superior(peer)),
      ])
    #expect(router.deadline == at(4000 + 1500 + 304.6875))
  }

  @Test(
    "6.4.3: A lower priority, or an equal one of a lower address, is answered at once and announced against",
    arguments: [(99, "10.1.0.2"), (100, "10.1.0.0"), (100, "9.255.255.255")])
  func stands(_ priority: Int, _ source: String) throws {
    var router = try Self.active()
    let actions = router.handle(
      .advertisement(try advert(UInt8(priority)), from: try address(source)), at: at(4000))
    #expect(actions.contains(.send(try advert(100))))
    #expect(actions.contains(.announce([Self.floating], times: 5)))
    #expect(router.role == .active)
    #expect(router.deadline == at(4609.375))
  }

  @Test(
    "6.4.3: Addresses of equals are compared as unsigned numbers, in IPv6 as well",
    arguments: [("fe80::8000:0:0:1", true), ("fe80::7fff:ffff:ffff:ffff", true), ("fe80::5", false)])
  func equalsOverIPv6(_ source: String, _ yields: Bool) throws {
    var router = VirtualRouter(try settings(own: "fe80::6", floating: "fe80::51"))
    _ = router.handle(.start, at: at(0))
    _ = router.handle(.timer, at: at(3609.375))
    let equal = try advert(100, floating: "fe80::51")
    _ = router.handle(.advertisement(equal, from: try address(source)), at: at(4000))
    #expect(router.role == (yields ? .backup : .active))
  }

  @Test("6.4.3: Preempt_Mode does not matter to an Active router")
  func preemptionOfActive() throws {
    var router = VirtualRouter(try settings(preemption: .never))
    _ = router.handle(.start, at: at(0))
    _ = router.handle(.timer, at: at(3609.375))
    _ = router.handle(.advertisement(try advert(200), from: Self.other), at: at(4000))
    #expect(router.role == .backup)
  }

  @Test("7.1: Other addresses, another interval and a second owner are each reported, and the message counts")
  func reports() throws {
    var router = try Self.active(priority: 255)
    let strange = try advert(255, centiseconds: 200, floating: "10.1.0.77")
    let actions = router.handle(.advertisement(strange, from: Self.other), at: at(500))
    #expect(actions.contains(.report(.addressesDiffer(from: Self.other, [try address("10.1.0.77")]))))
    #expect(actions.contains(.report(.intervalDiffers(from: Self.other, try interval(200)))))
    #expect(actions.contains(.report(.ownerConflict(with: Self.other))))
    #expect(router.role == .backup)
  }

  @Test("Version 2 keeps its own interval and its Skew_Time of a part of a second")
  func versionTwo() throws {
    var router = VirtualRouter(try settings(version: .v2, priority: 128, centiseconds: 300))
    _ = router.handle(.start, at: at(0))
    #expect(router.deadline == at(9500))
    let released = try advert(0, centiseconds: 300, version: .v2)
    _ = router.handle(.advertisement(released, from: Self.other), at: at(1000))
    #expect(router.deadline == at(1500))
    let actions = router.handle(.timer, at: at(1500))
    #expect(actions.first == .send(try advert(128, centiseconds: 300, version: .v2)))
  }
}
