import Balancing
import Model
import Testing

@Suite("The virtual addresses of a director")
struct HeldAddressesTests {
  private static let (a, b, c) = (address(1), address(2), address(3))

  private static func address(_ host: UInt8) -> IPAddress { .ipv4(IPv4Address(10, 0, 0, host)) }

  /// A director with the routers v1, which has two addresses, and v2.
  private func director() -> HeldAddresses<String> {
    var held = HeldAddresses<String>()
    held.configure(["v1": [Self.a, Self.b], "v2": [Self.c]])
    return held
  }

  @Test("Without virtual routers it is the Active, and has none")
  func alone() {
    let held = HeldAddresses<String>()
    #expect(held.role == .active)
    #expect(held.here.isEmpty && held.elsewhere.isEmpty)
  }

  @Test("They are here with their router, elsewhere without, and one router is enough to be the Active")
  func roles() {
    var held = director()
    #expect(held.role == .backup)
    #expect(held.elsewhere == [Self.a, Self.b, Self.c])
    _ = held.follow("v1", isActive: true, hasFailed: false, at: .seconds(100))
    #expect(held.role == .active)
    #expect(held.isActive("v1") && !held.isActive("v2"))
    #expect(held.here == [Self.a, Self.b])
    #expect(held.elsewhere == [Self.c])
    _ = held.follow("v1", isActive: false, hasFailed: false, at: .seconds(101))
    #expect(held.role == .backup)
    #expect(held.here.isEmpty)
  }

  @Test("One is settled two seconds after it came, and a change of another router does not matter")
  func settling() {
    var held = director()
    _ = held.follow("v1", isActive: true, hasFailed: false, at: .seconds(100))
    _ = held.follow("v2", isActive: true, hasFailed: false, at: .seconds(101))
    #expect(held.settled(at: .milliseconds(101_999)).isEmpty)
    #expect(held.settled(at: .seconds(102)) == [Self.a, Self.b])
    #expect(held.settled(at: .seconds(103)) == [Self.a, Self.b, Self.c])
  }

  @Test("The peer may tell of connections to an address that is elsewhere, or here for less than two seconds")
  func unsettled() {
    var held = director()
    #expect(held.unsettled(at: .seconds(99)) == [Self.a, Self.b, Self.c])
    _ = held.follow("v1", isActive: true, hasFailed: false, at: .seconds(100))
    #expect(held.unsettled(at: .milliseconds(101_999)) == [Self.a, Self.b, Self.c])
    #expect(held.unsettled(at: .seconds(102)) == [Self.c])
    _ = held.follow("v1", isActive: false, hasFailed: false, at: .seconds(103))
    #expect(held.unsettled(at: .seconds(103)) == [Self.a, Self.b, Self.c])
    #expect(HeldAddresses<String>().unsettled(at: .seconds(99)).isEmpty)
  }

  @Test("What the peer had counts as inherited for a quarter of an hour, and what nobody had does not")
  func inherited() {
    var held = director()
    _ = held.follow("v1", isActive: true, hasFailed: false, at: .seconds(100))
    #expect(held.inherited(at: .seconds(999)) == [Self.a, Self.b])
    #expect(held.inherited(at: .seconds(1000)).isEmpty)
    held.configure(["v1": [Self.a, Self.c]])
    #expect(held.inherited(at: .seconds(101)) == [Self.a])
  }

  @Test("One that went and came back has to settle again")
  func comingBack() {
    var held = director()
    _ = held.follow("v2", isActive: true, hasFailed: false, at: .seconds(100))
    _ = held.follow("v2", isActive: false, hasFailed: false, at: .seconds(200))
    _ = held.follow("v2", isActive: true, hasFailed: false, at: .seconds(201))
    #expect(held.settled(at: .seconds(202)).isEmpty)
    #expect(held.settled(at: .seconds(203)) == [Self.c])
  }

  @Test("What an Active router gets by a new configuration is settled at once; what it has goes on to settle")
  func configuration() {
    var held = director()
    _ = held.follow("v2", isActive: true, hasFailed: false, at: .seconds(100))
    held.configure(["v2": [Self.b, Self.c]])
    #expect(held.here == [Self.b, Self.c])
    #expect(held.elsewhere.isEmpty)
    #expect(held.settled(at: .seconds(101)) == [Self.b])
    // A role ends with its router.
    held.configure(["v1": [Self.a]])
    #expect(held.here.isEmpty)
    held.configure(["v2": [Self.c]])
    #expect(held.role == .backup)
  }

  @Test("The peer's word may be lost from a failure on, until the router takes part again")
  func failures() {
    var held = director()
    /// What a change says of the peer's word, and whether a router has failed then.
    func follow(_ router: String, hasFailed: Bool) -> [Bool] {
      let missesWords = held.follow(router, isActive: false, hasFailed: hasFailed, at: .zero)
      return [missesWords, held.hasFailed]
    }
    #expect(follow("v1", hasFailed: false) == [false, false])
    #expect(follow("v1", hasFailed: true) == [true, true])
    #expect(follow("v2", hasFailed: false) == [false, true])
    #expect(follow("v1", hasFailed: false) == [true, false])
    #expect(follow("v1", hasFailed: false) == [false, false])
  }

  @Test("A failure is forgotten with the router that a new configuration drops")
  func droppedFailure() {
    var held = director()
    _ = held.follow("v1", isActive: false, hasFailed: true, at: .seconds(1))
    held.configure(["v2": [Self.c]])
    #expect(!held.hasFailed)
  }
}
