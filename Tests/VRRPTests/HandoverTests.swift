import Model
import Testing
import VRRP

@Suite("A handover")
struct HandoverTests {
  private static let floating = PolicyTests.floating
  private static let other = PolicyTests.other

  private static func backup(_ settings: VirtualRouter.Settings) -> VirtualRouter {
    PolicyTests.backup(settings)
  }

  @Test("A handover keeps the addresses until the successor speaks; then the router is the last resort")
  func handover() throws {
    var router = try RFCTests.active(priority: 200)
    #expect(router.handle(.handOver, at: at(4000)) == [.send(try advert(0))])
    #expect(router.role == .active && router.isReleasing)
    #expect(router.handle(.handOver, at: at(4000)) == [])
    // The last word has the successor announce the addresses once more.
    #expect(
      router.handle(.advertisement(try advert(50), from: Self.other), at: at(4100)) == [
        .removeAddresses([Self.floating]), .send(try advert(2)),
        RFCTests.moved(.active, .backup, .handedOver),
      ])
    #expect(!router.isReleasing && router.activePeer?.address == Self.other)
    #expect(router.deadline == at(4100 + 3992.1875))
    // The peer dies: better here than nowhere.
    #expect(router.handle(.timer, at: at(4100 + 3992.1875)).first == .send(try advert(2)))
    // The peer is back: it does not argue.
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(8200))
    #expect(router.role == .backup)
  }

  @Test("A handover to nobody is tried for as long as a Backup could wait, and then the addresses stay")
  func handoverToNobody() throws {
    var router = try RFCTests.active(priority: 200)
    _ = router.handle(.handOver, at: at(4000))
    for time in stride(from: 5000.0, through: 7000, by: 1000) {
      #expect(router.deadline == at(time))
      #expect(router.handle(.timer, at: at(time)) == [.send(try advert(0))])
    }
    #expect(router.handle(.timer, at: at(8000)) == [.send(try advert(2))])
    #expect(router.role == .active && !router.isReleasing)
    #expect(router.deadline == at(9000))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(9100))
    #expect(router.role == .backup)
  }

  @Test("Of two that hand over the lower address lets go, and succeeds the other if nobody better does")
  func twoHandovers() throws {
    var lower = try RFCTests.active(priority: 200)
    _ = lower.handle(.handOver, at: at(4000))
    let actions = lower.handle(.advertisement(try advert(0), from: Self.other), at: at(4100))
    #expect(
      actions == [.removeAddresses([Self.floating]), RFCTests.moved(.active, .backup, .handedOver)])
    #expect(lower.deadline == at(4100 + 992.1875))

    var higher = VirtualRouter(try settings(own: "10.1.0.9"))
    _ = higher.handle(.start, at: at(0))
    _ = higher.handle(.timer, at: at(3609.375))
    _ = higher.handle(.handOver, at: at(4000))
    #expect(higher.handle(.advertisement(try advert(0), from: Self.other), at: at(4100)) == [])
    // The successor is the last resort itself: this one's last word would be a claim to it.
    #expect(
      higher.handle(.advertisement(try advert(2), from: Self.other), at: at(5100)) == [
        .removeAddresses([Self.floating]), RFCTests.moved(.active, .backup, .handedOver),
      ])
  }

  @Test("A successor without servers gives the addresses back: better a last resort than nobody")
  func handoverToNobodyBetter() throws {
    var router = try RFCTests.active(priority: 200)
    _ = router.handle(.handOver, at: at(4000))
    #expect(
      router.handle(.advertisement(try advert(1), from: Self.other), at: at(4100)) == [
        .removeAddresses([Self.floating]), RFCTests.moved(.active, .backup, .handedOver),
      ])
    let deadline = at(4100 + 3992.1875)
    #expect(router.deadline == deadline)
    _ = router.handle(.advertisement(try advert(1), from: Self.other), at: at(5100))
    let peer = VirtualRouter.Peer(address: Self.other, priority: .lowest)
    #expect(router.handle(.timer, at: deadline).last == RFCTests.moved(.backup, .active, .inferior(peer)))

    // Without servers of its own it has nothing to offer either.
    _ = router.handle(.adjust("service", .lowest), at: at(9000))
    #expect(router.priority == .lowest)
  }

  @Test("Who resumes before the successor spoke stays Active, and says so")
  func resumeBeforeSuccessor() throws {
    var router = try RFCTests.active(priority: 200)
    _ = router.handle(.handOver, at: at(4000))
    #expect(router.handle(.resume, at: at(4050)) == [.send(try advert(200))])
    #expect(router.role == .active && !router.isReleasing)
    #expect(router.deadline == at(5050))
  }

  @Test("A new configuration does not interrupt a handover, and a stop in it releases at once")
  func configureDuringHandover() throws {
    var router = try RFCTests.active(priority: 200)
    _ = router.handle(.handOver, at: at(4000))
    #expect(router.handle(.configure(try settings(priority: 150)), at: at(4010)) == [])
    #expect(router.isReleasing)
    #expect(
      router.handle(.stop, at: at(4020)) == [
        .send(try advert(0)), .removeAddresses([Self.floating]),
        RFCTests.moved(.active, .initialize, .stopped),
      ])
  }

  @Test("A resumed router takes part with its own priority, and its preempt delay begins")
  func resume() throws {
    var router = Self.backup(try settings(priority: 200, preemption: .after(.seconds(30))))
    _ = router.handle(.handOver, at: at(40_000))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(41_000))
    _ = router.handle(.resume, at: at(41_500))
    #expect(router.priority == Priority(200))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(42_000))
    #expect(router.deadline == at(42_000 + 3218.75))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(71_500))
    #expect(router.deadline == at(42_000 + 3218.75))
  }

  @Test("A router that resumes after a handover to nobody does not wait anew")
  func resumeAlone() throws {
    var router = Self.backup(try settings())
    _ = router.handle(.handOver, at: at(1000))
    _ = router.handle(.resume, at: at(3000))
    #expect(router.deadline == at(3609.375))
  }
}
