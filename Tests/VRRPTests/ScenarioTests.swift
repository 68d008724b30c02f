import Model
import TestSupport
import Testing
import VRRP

/// What went wrong with other daemons, told as their users told it; those that need a real host are in HostTests,
/// InteropTests and LabTests.
@Suite("Scenarios of a pair")
struct ScenarioTests {
  /// Priority 200 at 10.1.0.1 and 100 at 10.1.0.2, the first Active since 3.2 s, at 10 s.
  static func pair(
    first: (inout Parameters) -> Void = { _ in }, second: (inout Parameters) -> Void = { _ in }
  ) throws -> Pair {
    var parameters = [Parameters(priority: 200, own: "10.1.0.1"), Parameters(priority: 100, own: "10.1.0.2")]
    first(&parameters[0])
    second(&parameters[1])
    var pair = Pair(try parameters[0].settings, try parameters[1].settings)
    for index in 0...1 { pair.handle(.start, by: index) }
    pair.run(until: at(10_000))
    return pair
  }

  struct Parameters {
    var priority: UInt8
    var own: String
    var centiseconds: UInt16 = 100
    var floating = "10.1.0.100"
    var preemption = Preemption.after(.zero)
    var hold = Duration.zero

    var settings: VirtualRouter.Settings {
      get throws {
        try VRRPTests.settings(
          priority: priority, centiseconds: centiseconds, own: own, floating: floating,
          preemption: preemption, hold: hold)
      }
    }
  }

  @Test("1: A stop is one release, then the addresses go, and the peer has them after Skew_Time")
  func stop() throws {
    var pair = try Self.pair()
    pair.handle(.stop, by: 0)
    pair.run(until: at(20_000))
    #expect(pair.times(of: 0, where: \.isRelease) == [at(10_000)])
    #expect(pair.times(of: 1, where: \.isTakeover) == [at(10_001 + 609.375)])
    #expect(pair.longestDual() == .zero)
  }

  @Test("2: A daemon that was killed and comes back listens first, and makes no second holder")
  func killedAndBack() throws {
    var pair = try Self.pair()
    // It says nothing, and its address stays behind.
    pair.asleep = [0]
    pair.run(until: at(20_000))
    #expect(pair.routers[1].role == .active)
    pair.asleep = []
    let returned = pair.now
    pair.restart(0)
    pair.run(until: at(20_500))
    #expect(pair.roles == [.backup, .active])
    pair.run(until: at(40_000))
    #expect(pair.roles == [.active, .backup])
    // It preempts after one down interval, and the other lets go with the first message.
    #expect(pair.longestDual(since: returned) <= .milliseconds(1))
  }

  @Test("9: Peers with different addresses hear each other, say so once, and only one is Active")
  func differentAddresses() throws {
    var pair = try Self.pair(second: { $0.floating = "10.1.0.101" })
    pair.run(until: at(60_000))
    #expect(pair.roles == [.active, .backup])
    let notices = pair.said.filter {
      if case .report(.addressesDiffer) = $0.action { true } else { false }
    }
    #expect(notices.map(\.by) == [1])
  }

  @Test(
    "10: A peer that speaks otherwise is refused by a name that an alarm can go by, from its first message on"
  )
  func mismatches() throws {
    let (source, group) = (try address("10.1.0.1"), Advertisement.group(of: .ipv4))
    let password = Authentication.password(try #require(Authentication.Password("secretpw")))
    let version2 = try advert(200, version: .v2).encoded(from: source, to: group)
    let slower = try advert(200, centiseconds: 200, version: .v2).encoded(from: source, to: group)
    for (bytes, reception, label) in [
      (version2, try ReceptionTests.reception(), Rejection.Label.version),
      (slower, try ReceptionTests.reception(version: .v2), .intervalMismatch),
      (version2, try ReceptionTests.reception(version: .v2, authentication: password), .authenticationType),
    ] {
      let datagram = ReceivedDatagram(
        source: source, destination: group, hopLimit: 255, message: bytes[...])
      let rejection = #expect(throws: Rejection.self) { try reception.advertisement(in: datagram) }
      #expect(rejection?.label == label)
      #expect(rejection?.suggestsMisconfiguration == true)
    }
  }

  @Test("11: A Backup learns the Active router's interval, and returns to its own when it takes over")
  func learnedInterval() throws {
    var pair = try Self.pair(first: { $0.centiseconds = 300 })
    #expect(pair.routers[1].activeInterval == (try interval(300)))
    let last = try #require(pair.times(of: 0, where: \.isAdvertisement).last)
    pair.asleep = [0]
    pair.run(until: at(60_000))
    let advertisements = pair.times(of: 1, since: at(10_000), where: \.isAdvertisement)
    // 3 × 3 s and Skew_Time of 3 s, counted from the last message; then its own second.
    #expect(
      advertisements.prefix(2).elementsEqual([
        last.advanced(by: .microseconds(10_829_125)), last.advanced(by: .microseconds(11_829_125)),
      ]))
  }

  @Test("12: Equals that start together: the higher address stays, the other leaves with the first message")
  func equals() throws {
    var pair = try Self.pair(first: { $0.priority = 100 })
    #expect(pair.roles == [.backup, .active])
    #expect(pair.longestDual() <= .milliseconds(1))
    // Its claim, and its last word.
    #expect(pair.times(of: 0, where: \.isAdvertisement).count <= 2)
    // The winner announces once more, after the loser's announcement.
    pair.run(until: at(11_000))
    let takeover = try #require(pair.times(of: 1, where: \.isTakeover).first)
    #expect(pair.times(of: 1, where: \.isAnnouncement).contains { $0 > takeover })
  }

  @Test(
    "13: When a partition heals, the loser lets go, and the winner announces again and says that there was a rival",
    arguments: stride(from: 0.0, to: 1000.0, by: 100.0).map { $0 })
  func healedPartition(after milliseconds: Double) throws {
    var pair = try Self.pair()
    pair.isCut = true
    // Whoever speaks first when it heals, the other hears.
    pair.run(until: at(30_000 + milliseconds))
    #expect(pair.roles == [.active, .active])
    pair.isCut = false
    let healed = pair.now
    pair.run(until: at(32_000))
    #expect(pair.roles == [.active, .backup])
    #expect(!pair.times(of: 0, since: healed, where: \.isAnnouncement).isEmpty)
    #expect(pair.times(of: 1, since: healed, where: \.isAnnouncement).isEmpty)
    let rivals = pair.times(of: 0, since: healed) {
      if case .report(.rival) = $0 { true } else { false }
    }
    #expect(rivals.count == 1)
  }

  @Test(
    "14: After a boot behind a deaf port a router without preemption claims nothing, hears, and stays Backup")
  func deafPort() throws {
    var pair = try Self.pair(first: {
      $0.preemption = .never
      $0.hold = .seconds(15)
    })
    // The first one's hold was longer than the second one's patience.
    #expect(pair.roles == [.backup, .active])
    pair.restart(0)
    pair.isCut = true
    let booted = pair.now
    pair.run(until: at(20_000))
    pair.isCut = false
    pair.run(until: at(60_000))
    #expect(pair.roles == [.backup, .active])
    #expect(pair.times(of: 0, since: booted, where: \.isAnnouncement) == [])
    #expect(pair.longestDual() == .zero)
  }

  @Test("14: What is heard during the hold moves no timer beyond an ordinary down interval")
  func heardDuringHold() throws {
    var router = VirtualRouter(try settings(hold: .seconds(15)))
    _ = router.handle(.start, at: at(0))
    _ = router.handle(.advertisement(try advert(200), from: RFCTests.other), at: at(1000))
    #expect(router.deadline == at(4609.375))
  }

  @Test("15: A release makes a Backup wait for Skew_Time, and an Active router answer at once and stay")
  func releases() throws {
    var pair = try Self.pair()
    let moment = pair.now
    pair.handle(.advertisement(try advert(0), from: pair.routers[1].settings.ownAddress), by: 0)
    #expect(pair.times(of: 0, since: moment, where: \.isAdvertisement) == [moment])
    #expect(pair.roles == [.active, .backup])
    pair.handle(.handOver, by: 0)
    // It serves until it hears its successor.
    pair.run(until: at(10_000 + 1 + 609.375))
    #expect(pair.roles == [.active, .active])
    pair.run(until: at(10_000 + 2 + 609.375))
    #expect(pair.roles == [.backup, .active])
  }

  @Test("16: Of two owners the higher address stays, the other waits, and takes over when the rival is gone")
  func owners() throws {
    var pair = try Self.pair(first: { $0.priority = 255 }, second: { $0.priority = 255 })
    #expect(pair.roles == [.backup, .active])
    #expect(pair.longestDual() <= .milliseconds(1))
    let conflicts = pair.said.filter { if case .report(.ownerConflict) = $0.action { true } else { false } }
    #expect(!conflicts.isEmpty)
    pair.handle(.stop, by: 1)
    pair.run(until: at(11_000))
    #expect(pair.roles == [.active, .initialize])
    #expect(pair.routers[0].priority == .owner)
  }

  @Test("18: Ten thousand rivals with made-up addresses move no timer and fill no journal")
  func spoofedFlood() throws {
    var pair = try Self.pair()
    let before = pair.said.count
    for step in 0..<10_000 {
      let liar = IPAddress.ipv4(IPv4Address(0x0A01_1000 + UInt32(step)))
      pair.handle(.advertisement(try advert(50), from: liar), by: 0)
    }
    let flood = pair.said[before...]
    #expect(flood.count { if case .report = $0.action { true } else { false } } <= 16)
    #expect(flood.count { $0.action.isAdvertisement } <= 1)
    pair.run(until: at(11_000))
    #expect(pair.times(of: 0, since: at(10_000), where: \.isAdvertisement).last == at(10_218.75))
  }

  @Test("19: An Active router that stood still for longer than the down interval looks before it speaks")
  func descheduled() throws {
    var pair = try Self.pair()
    pair.asleep = [0]
    pair.run(until: at(30_000))
    #expect(pair.routers[1].role == .active)
    pair.asleep = []
    let awake = pair.now
    pair.run(until: at(30_500))
    #expect(pair.routers[0].role == .backup)
    #expect(pair.times(of: 0, since: awake, where: \.isAnnouncement) == [])
    #expect(pair.times(of: 0, since: awake, where: \.isAdvertisement) == [])
  }

  @Test("20: The first message of a takeover comes before the work on a hundred addresses")
  func manyAddresses() throws {
    let many = try VirtualAddresses((1...100).map { .ipv4(IPv4Address(10, 1, 1, $0)) })
    var router = VirtualRouter(
      try VirtualRouter.Settings(
        id: try #require(VirtualRouterID(51)), addresses: many, ownAddress: try address("10.1.0.1")))
    _ = router.handle(.start, at: at(0))
    let actions = router.handle(.timer, at: at(3609.375))
    #expect(actions.first?.isAdvertisement == true)
    #expect(actions.dropFirst().first == .addAddresses(many.list))
  }

  @Test("22: Addresses come and go without the role, and what did not change is left alone")
  func reload() throws {
    var pair = try Self.pair()
    let old = pair.routers[0].settings
    let more = try VirtualRouter.Settings(
      id: old.id, priority: old.priority,
      addresses: try addresses("10.1.0.100", "10.1.0.101"), ownAddress: old.ownAddress)
    let moment = pair.now
    pair.handle(.configure(more), by: 0)
    let added = pair.said.filter { $0.by == 0 && $0.at == moment }.map(\.action)
    #expect(added.contains(.addAddresses([try address("10.1.0.101")])))
    #expect(added.contains(.announce([try address("10.1.0.101")], times: 5)))
    pair.run(until: at(11_000))
    pair.handle(.configure(old), by: 0)
    pair.run(until: at(20_000))
    #expect(
      pair.said.last { if case .removeAddresses = $0.action { true } else { false } }?.action
        == .removeAddresses([try address("10.1.0.101")]))
    #expect(pair.times(of: 0, since: moment, where: \.isTransition) == [])
    #expect(pair.roles == [.active, .backup])
  }
}
