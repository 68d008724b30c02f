import Model
import Testing
import VRRP

@Suite("The policy around the RFC")
struct PolicyTests {
  static let floating = RFCTests.floating
  static let other = RFCTests.other
  static let third = IPAddress.ipv4(IPv4Address(10, 1, 0, 3))

  static func backup(_ settings: VirtualRouter.Settings) -> VirtualRouter {
    var router = VirtualRouter(settings)
    _ = router.handle(.start, at: at(0))
    return router
  }

  @Test("A preempt delay obeys a lower priority until it is over")
  func preemptDelay() throws {
    var router = Self.backup(try settings(preemption: .after(.seconds(30))))
    for second in 1...30 {
      let lower = try advert(50)
      _ = router.handle(.advertisement(lower, from: Self.other), at: at(Double(second) * 1000 - 1))
    }
    #expect(router.deadline == at(29_999 + 3609.375))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(30_999))
    #expect(router.deadline == at(29_999 + 3609.375))
  }

  @Test("A preempt delay does not delay the succession of a dead router")
  func preemptDelayAndSilence() throws {
    var router = Self.backup(try settings(preemption: .after(.seconds(300))))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(1000))
    let actions = router.handle(.timer, at: at(4609.375))
    #expect(actions.last == RFCTests.moved(.backup, .active, .silence(of: Self.other)))
  }

  @Test("Who takes over from a router of lower priority that it hears says that it preempts it")
  func preempts() throws {
    var router = Self.backup(try settings())
    let peer = VirtualRouter.Peer(address: Self.other, priority: Priority(50))
    for second in 1...3 {
      _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(Double(second) * 1000))
    }
    let actions = router.handle(.timer, at: at(3609.375))
    #expect(actions.last == RFCTests.moved(.backup, .active, .inferior(peer)))

    var successor = Self.backup(try settings())
    _ = successor.handle(.advertisement(try advert(200), from: Self.other), at: at(1000))
    #expect(
      successor.handle(.timer, at: at(4609.375)).last
        == RFCTests.moved(.backup, .active, .silence(of: Self.other)))
  }

  @Test("The owner preempts whatever it was told", arguments: [Preemption.never, .after(.seconds(300))])
  func ownerPreempts(_ preemption: Preemption) throws {
    var router = Self.backup(try settings(priority: 255, preemption: preemption, hold: .seconds(1)))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(500))
    let deadline = router.deadline
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(1500))
    #expect(router.deadline == deadline)
  }

  @Test(
    "Who has no servers or was handed over is relieved, whatever Preempt_Mode says",
    arguments: [Preemption.never, .after(.seconds(300))], [UInt8(1), 2])
  func lastResort(_ preemption: Preemption, priority: UInt8) throws {
    var router = Self.backup(try settings(preemption: preemption))
    _ = router.handle(.advertisement(try advert(3), from: Self.other), at: at(500))
    let deadline = at(500 + 3609.375)
    #expect(router.deadline == deadline)
    for time in [1000.0, 2000, 3000, 4000] {
      _ = router.handle(.advertisement(try advert(priority), from: Self.other), at: at(time))
    }
    #expect(router.deadline == deadline)
    let peer = VirtualRouter.Peer(address: Self.other, priority: Priority(priority))
    #expect(router.handle(.timer, at: deadline).last == RFCTests.moved(.backup, .active, .inferior(peer)))
  }

  @Test(
    "Barred from preempting, a router obeys whoever may have connections, and succeeds a silent one no later",
    arguments: [100, 255])
  func noPreemption(_ priority: Int) throws {
    var router = VirtualRouter(try settings(priority: UInt8(priority)))
    #expect(router.handle(.adjust("learns", .noPreemption), at: at(0)) == [])
    _ = router.handle(.start, at: at(0))
    #expect(router.role == .backup)
    _ = router.handle(.advertisement(try advert(2), from: Self.other), at: at(500))
    let succession = 500 + 3000 + Double(256 - min(priority, 254)) * 1000 / 256
    #expect(router.deadline == at(succession))

    var empty = router
    _ = empty.handle(.advertisement(try advert(1), from: Self.other), at: at(1000))
    #expect(empty.deadline == at(succession))

    var successor = router
    let actions = successor.handle(.timer, at: at(succession))
    #expect(actions.last == RFCTests.moved(.backup, .active, .silence(of: Self.other)))

    // When the bar falls, the next advertisement of an inferior router is disregarded.
    #expect(router.handle(.adjust("learns", nil), at: at(1000)) == [])
    let deadline = router.deadline
    _ = router.handle(.advertisement(try advert(3), from: Self.other), at: at(1500))
    #expect(router.deadline == deadline)
  }

  @Test("A start-up hold claims nothing before its end", arguments: [100, 255])
  func startupHold(_ priority: Int) throws {
    var router = Self.backup(try settings(priority: UInt8(priority), hold: .seconds(10)))
    #expect(router.role == .backup)
    #expect(router.deadline == at(10_000))
    #expect(router.handle(.timer, at: at(9999)) == [])
    _ = router.handle(.timer, at: at(10_000))
    #expect(router.role == .active)
  }

  @Test("A start-up hold ends when somebody is heard: from then on one down interval is enough")
  func startupHoldEnds() throws {
    var router = Self.backup(try settings(hold: .seconds(10)))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(6000))
    #expect(router.deadline == at(9609.375))
    _ = router.handle(.advertisement(try advert(50), from: Self.other), at: at(7000))
    #expect(router.deadline == at(9609.375))
  }

  @Test("Adjustments add up within 3 to 254, without servers it is 1, and an adjusted owner is none")
  func adjustments() throws {
    var router = VirtualRouter(try settings(priority: 100))
    let steps: [(String, VirtualRouter.Event, UInt8)] = [
      ("lower", .adjust("a", .priority(-30)), 70), ("two", .adjust("b", .priority(-20)), 50),
      ("changed", .adjust("a", .priority(-60)), 20), ("floor", .adjust("c", .priority(.min)), 3),
      ("no servers", .adjust("d", .lowest), 1), ("some", .adjust("d", nil), 3),
      ("ceiling", .adjust("c", .priority(.max)), 254), ("gone", .adjust("c", nil), 20),
      ("gone", .adjust("b", nil), 40), ("gone", .adjust("a", nil), 100),
    ]
    for (_, event, priority) in steps {
      _ = router.handle(event, at: at(0))
      #expect(router.priority == Priority(priority))
    }
    var owner = VirtualRouter(try settings(priority: 255))
    _ = owner.handle(.adjust("a", .priority(-1)), at: at(0))
    #expect(owner.priority == .highest)
    _ = owner.handle(.adjust("a", .priority(5)), at: at(0))
    #expect(owner.priority == .owner)
  }

  @Test("An Active router advertises a changed priority at once, a Backup's timer moves with it")
  func adjustmentTakesEffect() throws {
    var router = try RFCTests.active()
    #expect(router.handle(.adjust("quorum", .priority(-50)), at: at(4000)) == [.send(try advert(50))])
    #expect(router.handle(.adjust("other", .priority(0)), at: at(4001)) == [])

    var waiting = Self.backup(try settings(priority: 100))
    _ = waiting.handle(.adjust("quorum", .priority(-50)), at: at(100))
    #expect(waiting.deadline == at(3804.6875))
  }

  @Test("A fault releases the addresses, and after the last one the router begins as Backup")
  func fault() throws {
    var router = try RFCTests.active()
    #expect(
      router.handle(.adjust("link", .fault), at: at(4000)) == [
        .send(try advert(0)), .removeAddresses([Self.floating]),
        RFCTests.moved(.active, .initialize, .fault(["link"])),
      ])
    #expect(router.handle(.adjust("carrier", .fault), at: at(4100)) == [])
    #expect(router.handle(.adjust("link", nil), at: at(4200)) == [])
    #expect(
      router.handle(.adjust("carrier", nil), at: at(5000))
        == [RFCTests.moved(.initialize, .backup, .recovered)])
    #expect(router.deadline == at(8609.375))
  }

  @Test("A router that starts with a fault waits for its end, and one that was stopped stays so")
  func faultAtStart() throws {
    var router = VirtualRouter(try settings())
    _ = router.handle(.adjust("link", .fault), at: at(0))
    #expect(router.handle(.start, at: at(1)) == [])
    #expect(
      router.handle(.adjust("link", nil), at: at(2)) == [RFCTests.moved(.initialize, .backup, .recovered)])
    _ = router.handle(.adjust("link", .fault), at: at(3))
    _ = router.handle(.stop, at: at(4))
    #expect(router.handle(.adjust("link", nil), at: at(5)) == [])
  }

  @Test("Of two owners the one with the higher address stays, and the other returns when it is gone")
  func twoOwners() throws {
    var router = try RFCTests.active(priority: 255)
    _ = router.handle(.advertisement(try advert(255), from: Self.other), at: at(500))
    #expect(router.role == .backup)
    _ = router.handle(.timer, at: try #require(router.deadline))
    #expect(router.role == .active)
    #expect(router.priority == .owner)
  }

  @Test("An Active router that slept longer than the down interval yields before it advertises")
  func stalled() throws {
    for event in [VirtualRouter.Event.timer, .adjust("quorum", .priority(-1)), .stop] {
      var router = try RFCTests.active()
      let actions = router.handle(event, at: at(3609.375 + 3609.4))
      #expect(actions.first == .removeAddresses([Self.floating]))
      #expect(!actions.contains { if case .send = $0 { true } else { false } })
      #expect(router.role != .active)
    }
    var slow = try RFCTests.active()
    #expect(slow.handle(.timer, at: at(3609.375 + 3609)) == [.send(try advert(100))])
    #expect(slow.deadline == at(3609.375 + 4609))
  }

  @Test("A Backup that slept longer than the down interval listens once more before it takes over")
  func stalledBackup() throws {
    var router = Self.backup(try settings())
    let actions = router.handle(.timer, at: at(60_000))
    #expect(actions == [.report(.lateTimer(by: .nanoseconds(56_390_625_000)))])
    #expect(router.deadline == at(63_609.375))
    _ = router.handle(.timer, at: at(63_609.375))
    #expect(router.role == .active)
  }

  @Test("A release by a router that was not followed starts nothing")
  func foreignRelease() throws {
    var router = Self.backup(try settings())
    _ = router.handle(.advertisement(try advert(200), from: Self.other), at: at(1000))
    let actions = router.handle(.advertisement(try advert(0), from: Self.third), at: at(1100))
    #expect(actions == [.report(.releaseIgnored(from: Self.third))])
    #expect(router.deadline == at(4609.375))
  }

  @Test("Of two claims that cross it is the superior one's release that counts, until that one falls silent")
  func crossingClaims() throws {
    var router = Self.backup(try settings())
    _ = router.handle(.advertisement(try advert(200), from: Self.other), at: at(1000))
    _ = router.handle(.advertisement(try advert(150), from: Self.third), at: at(1001))
    #expect(router.activePeer?.address == Self.other)
    _ = router.handle(.advertisement(try advert(0), from: Self.other), at: at(1500))
    #expect(router.deadline == at(1500 + 609.375))

    var successor = Self.backup(try settings())
    _ = successor.handle(.advertisement(try advert(200), from: Self.other), at: at(1000))
    _ = successor.handle(.advertisement(try advert(150), from: Self.third), at: at(2251))
    #expect(successor.activePeer?.address == Self.third)
  }

  @Test("What goes on is reported once, and anew after it was away for a minute")
  func repeatedNotices() throws {
    var router = try RFCTests.active()
    var reports: [Instant] = []
    let rivalry = (0..<90).map { at(5000 + Double($0) * 1000) } + [at(200_000), at(259_999), at(319_998)]
    for time in rivalry {
      while let deadline = router.deadline, deadline < time { _ = router.handle(.timer, at: deadline) }
      let actions = router.handle(.advertisement(try advert(50), from: Self.other), at: time)
      if actions.contains(where: { if case .report = $0 { true } else { false } }) { reports.append(time) }
    }
    #expect(reports == [at(5000), at(200_000)])
  }

  @Test("Made-up senders, and two things wrong at once, do not fill the journal")
  func manyNotices() throws {
    var router = try RFCTests.active(priority: 255)
    var reports = 0
    for step in 0..<10_000 {
      let liar = IPAddress.ipv4(IPv4Address(0x0A02_0000 + UInt32(step)))
      let lie = try advert(50, centiseconds: 200, floating: step % 2 == 0 ? "10.1.0.77" : "10.1.0.100")
      let actions = router.handle(.advertisement(lie, from: liar), at: at(Double(step) / 20))
      reports += actions.count { if case .report = $0 { true } else { false } }
    }
    #expect(reports == 16)
  }

  @Test("A flood of inferior advertisements is answered at most ten times per interval")
  func flood() throws {
    var router = try RFCTests.active()
    var answers = 0
    for step in 1...10_000 {
      let actions = router.handle(
        .advertisement(try advert(50), from: Self.other), at: at(3609.375 + Double(step) / 10.1))
      answers += actions.filter { $0 == .send(router.advertisement) }.count
    }
    #expect(answers == 9)
    #expect(router.deadline == at(4609.375))
  }

  @Test(
    "Of two that take over at the same moment, the winner announces once more after the loser's announcement")
  func simultaneousTakeover() throws {
    var router = try RFCTests.active()
    let crossing = try advert(100)
    _ = router.handle(.advertisement(crossing, from: try address("10.1.0.0")), at: at(3610))
    #expect(router.role == .active)
    // It has just advertised, so that its answer waits for a tenth of the interval.
    #expect(router.deadline == at(3709.375))
    #expect(router.handle(.timer, at: at(3709.375)) == [.send(try advert(100))])
    #expect(router.deadline == at(3710))
    #expect(router.handle(.timer, at: at(3710)) == [.announce([Self.floating], times: 5)])
    #expect(router.deadline == at(4609.375))
  }

  @Test("Addresses are announced at the takeover, again after a while, and refreshed")
  func announcements() throws {
    let schedule = AnnouncementSchedule(burst: 3, repeatAfter: .milliseconds(500), refreshEvery: .seconds(60))
    var router = Self.backup(try settings(announcements: schedule))
    #expect(router.handle(.timer, at: at(3609.375)).contains(.announce([Self.floating], times: 3)))
    #expect(router.handle(.timer, at: at(4109.375)) == [.announce([Self.floating], times: 3)])
    var refreshes: [Instant] = []
    while let deadline = router.deadline, deadline < at(130_000) {
      if router.handle(.timer, at: deadline).contains(.announce([Self.floating], times: 1)) {
        refreshes.append(deadline)
      }
    }
    #expect(refreshes == [at(64_109.375), at(124_109.375)])
  }

  @Test("A new configuration changes what differs, and the role stays")
  func configure() throws {
    var router = try RFCTests.active()
    let next = try settings(priority: 120, floating: "10.1.0.101")
    let new = try address("10.1.0.101")
    #expect(
      router.handle(.configure(next), at: at(4000)) == [
        .send(try advert(120, floating: "10.1.0.101")), .addAddresses([new]), .announce([new], times: 5),
        .removeAddresses([Self.floating]),
      ])
    #expect(router.role == .active)
    #expect(router.handle(.configure(next), at: at(4001)) == [])
  }
}
