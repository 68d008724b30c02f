import Model
import Testing
import VRRP

@Suite("Routers that move together")
struct RouterGroupTests {
  static let other = RFCTests.other

  static func group(priority: UInt8 = 100) throws -> RouterGroup {
    RouterGroup(
      leader: try settings(priority: priority),
      followers: [try settings(priority: priority, own: "fe80::1", floating: "fe80::51")])
  }

  static func active() throws -> RouterGroup {
    var group = try Self.group()
    _ = group.handle(.start, at: at(0))
    _ = group.handle(.timer, at: at(3609.375))
    try #require(group.role == .active)
    return group
  }

  static func follower(_ priority: UInt8) throws -> Advertisement {
    try advert(priority, floating: "fe80::51")
  }

  @Test("When the leader takes over, the followers do, after it")
  func takeover() throws {
    var group = try Self.group()
    _ = group.handle(.start, at: at(0))
    #expect(group.deadline == at(3609.375))
    let actions = group.handle(.timer, at: at(3609.375))
    #expect(actions.map(\.member) == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(actions[4].action == .send(try Self.follower(100)))
    #expect(actions.last?.action == RFCTests.moved(.backup, .active, .group))
    #expect(group.members.map(\.role) == [.active, .active])
  }

  @Test("When the leader yields, the followers do; what a follower hears decides nothing")
  func yields() throws {
    var group = try Self.active()
    let rival = try address("fe80::2")
    #expect(group.handle(.advertisement(try Self.follower(200), from: rival), of: 1, at: at(4000)) == [])
    #expect(group.role == .active)
    let actions = group.handle(.advertisement(try advert(200), from: Self.other), of: 0, at: at(4100))
    #expect(group.members.map(\.role) == [.backup, .backup])
    // Each has its last word.
    let words = [VirtualRouter.Action.send(try advert(100)), .send(try Self.follower(100))]
    #expect(actions.map(\.action).filter(words.contains) == words)
    _ = group.handle(.advertisement(try Self.follower(0), from: rival), of: 1, at: at(4200))
    #expect(group.handle(.timer, at: at(5500)) == [])
  }

  @Test("A fault of one is a fault of all, and so is every other decision")
  func fault() throws {
    var group = try Self.active()
    let actions = group.handle(.adjust("link", .fault), of: 1, at: at(4000))
    let release = VirtualRouter.Action.send(try advert(0))
    #expect(actions.filter { $0.action == release }.map(\.member) == [0])
    #expect(group.members.map(\.role) == [.initialize, .initialize])
    _ = group.handle(.adjust("link", nil), of: 1, at: at(5000))
    #expect(group.members.map(\.role) == [.backup, .backup])
  }

  @Test("A group hands over as a whole: all release, and all let go when the leader hears its successor")
  func handover() throws {
    var group = try Self.active()
    let releases = [VirtualRouter.Action.send(try advert(0)), .send(try Self.follower(0))]
    #expect(group.handle(.handOver, at: at(4000)).map(\.action) == releases)
    #expect(group.members.map(\.role) == [.active, .active])
    #expect(group.isReleasing)
    // The successor's word for the follower alone moves nobody.
    let successor = try address("fe80::2")
    #expect(group.handle(.advertisement(try Self.follower(50), from: successor), of: 1, at: at(4600)) == [])
    let actions = group.handle(.advertisement(try advert(50), from: Self.other), at: at(4601)).map(\.action)
    let farewells = [VirtualRouter.Action.send(try advert(2)), .send(try Self.follower(2))]
    #expect(actions.filter(farewells.contains) == farewells)
    #expect(group.members.map(\.role) == [.backup, .backup])
    #expect(!group.isReleasing)
  }

  @Test("An owner that follows waits for its leader")
  func followingOwner() throws {
    var group = RouterGroup(
      leader: try settings(priority: 100),
      followers: [try settings(priority: 255, own: "fe80::1", floating: "fe80::51")])
    _ = group.handle(.start, at: at(0))
    #expect(group.members.map(\.role) == [.backup, .backup])
  }

  @Test("A member that does not exist hears nothing")
  func noMember() throws {
    var group = try Self.active()
    #expect(group.handle(.advertisement(try advert(200), from: Self.other), of: 2, at: at(4000)) == [])
  }

  @Test("A group that slept yields as a whole")
  func stalled() throws {
    var group = try Self.active()
    let actions = group.handle(.timer, at: at(60_000))
    #expect(!actions.contains { if case .send = $0.action { true } else { false } })
    #expect(group.members.map(\.role) == [.backup, .backup])
  }
}
