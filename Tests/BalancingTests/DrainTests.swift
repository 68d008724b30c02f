import Balancing
import Model
import TestSupport
import Testing

@Suite("A server that leaves")
struct DrainTests {
  private let first = Fixtures.all[0]
  private let rest = Array(Fixtures.servers.dropFirst())

  /// The ways to leave.
  enum Reason: CaseIterable {
    case removal, maintenance, shutdown

    func begin(_ balancer: inout ServiceBalancer, at now: Instant) -> [ServiceEvent] {
      let server = Fixtures.all[0]
      switch self {
      case .removal:
        let rest = Fixtures.settings(Array(Fixtures.servers.dropFirst()))
        return balancer.reconfigure(rest, isAnotherCheck: false, at: now)
      case .maintenance: return balancer.setMaintenance(true, of: server, at: now)
      case .shutdown: return balancer.record(.failed(.shuttingDown), of: server, at: now)
      }
    }

    func cancel(_ balancer: inout ServiceBalancer, at now: Instant) -> [ServiceEvent] {
      let server = Fixtures.all[0]
      switch self {
      case .removal: return balancer.reconfigure(Fixtures.settings(), isAnotherCheck: false, at: now)
      case .maintenance: return balancer.setMaintenance(false, of: server, at: now)
      case .shutdown: return balancer.record(.healthy, times: 2, of: server, at: now)
      }
    }

    var first: ServiceEvent {
      let server = Fixtures.all[0]
      return switch self {
      case .removal: .removed(server)
      case .maintenance: .maintenanceBegan(server)
      case .shutdown: .server(server, .beganShutdown)
      }
    }
  }

  @Test("keeps its connections, and goes with the last of them", arguments: Reason.allCases)
  func lastConnection(_ reason: Reason) {
    var balancer = ServiceBalancer(Fixtures.settings())
    #expect(reason.begin(&balancer, at: Fixtures.time(0)) == [reason.first])
    #expect(balancer.weights == [11: 0, 12: 1, 13: 1])
    #expect(balancer.observe([first: 2, Fixtures.all[1]: 0], at: Fixtures.time(1000)).isEmpty)
    #expect(balancer.weights == [11: 0, 12: 1, 13: 1])
    #expect(balancer.observe([first: 0], at: Fixtures.time(2000)) == [.drained(first, .noConnections)])
    #expect(balancer.weights == [12: 1, 13: 1])
    #expect(balancer.deadline == nil)
    #expect(balancer.observe([:], at: Fixtures.time(3000)).isEmpty)
  }

  @Test("goes at its deadline, whatever connections it has", arguments: Reason.allCases)
  func deadline(_ reason: Reason) {
    var balancer = ServiceBalancer(Fixtures.settings())
    _ = reason.begin(&balancer, at: Fixtures.time(0))
    #expect(balancer.deadline == Fixtures.time(60_000))
    #expect(balancer.advance(to: Fixtures.time(59_999)).isEmpty)
    #expect(balancer.advance(to: Fixtures.time(60_000)) == [.drained(first, .deadline)])
    #expect(balancer.weights == [12: 1, 13: 1])
  }

  @Test("stays when it is wanted again", arguments: Reason.allCases)
  func cancelled(_ reason: Reason) {
    var balancer = ServiceBalancer(Fixtures.settings())
    _ = reason.begin(&balancer, at: Fixtures.time(0))
    #expect(reason.cancel(&balancer, at: Fixtures.time(1000)).count == 1)
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1])
    #expect(balancer.deadline == nil)
    #expect(balancer.observe([:], at: Fixtures.time(2000)).isEmpty)
  }

  @Test("goes at once when it dies on the way", arguments: [Reason.maintenance, .shutdown])
  func dies(_ reason: Reason) {
    var balancer = ServiceBalancer(Fixtures.settings())
    _ = reason.begin(&balancer, at: Fixtures.time(0))
    balancer.record(.failed(.refused), times: 3, of: first, at: Fixtures.time(1000))
    #expect(balancer.weights == [12: 1, 13: 1])
    #expect(balancer.isDead(first))
  }

  @Test("goes at once where it may keep nothing")
  func noTime() {
    var balancer = ServiceBalancer(Fixtures.settings(drain: .zero))
    _ = balancer.setMaintenance(true, of: first, at: Fixtures.time(0))
    #expect(balancer.weights == [12: 1, 13: 1])
    _ = balancer.reconfigure(
      Fixtures.settings(rest, drain: .zero), isAnotherCheck: false, at: Fixtures.time(0))
    #expect(Set(balancer.servers.keys) == Set(rest.map(\.endpoint)))
  }

  @Test("goes at once when it was in no table")
  func wasNowhere() {
    var balancer = ServiceBalancer(Fixtures.settings())
    balancer.record(.failed(.refused), times: 3, of: first)
    _ = balancer.reconfigure(Fixtures.settings(rest), isAnotherCheck: false, at: Fixtures.time(0))
    #expect(Set(balancer.servers.keys) == Set(rest.map(\.endpoint)))
  }

  @Test("in maintenance is checked all the same, and stays out of the table after a restart")
  func maintenanceLasts() {
    var balancer = ServiceBalancer(
      Fixtures.settings(), adopting: ForwardingTable.Entry(Fixtures.service, servers: rest),
      maintenance: [first], at: Fixtures.time(0))
    #expect(balancer.record(.healthy, times: 1, of: first) == [.server(first, .roseFirst)])
    #expect(balancer.weights == [12: 1, 13: 1])
    #expect(balancer.setMaintenance(false, of: first, at: Fixtures.time(0)) == [.maintenanceEnded(first)])
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1])
  }

  @Test("leaves with its service, which is done once the last one is gone")
  func retirement() {
    var balancer = ServiceBalancer(Fixtures.settings())
    balancer.record(.failed(.refused), times: 3, of: first)
    #expect(balancer.retire(at: Fixtures.time(0)) == Fixtures.all.map { .removed($0) })
    #expect(balancer.weights == [12: 0, 13: 0])
    #expect(!balancer.isGone)
    _ = balancer.observe([Fixtures.all[1]: 1], at: Fixtures.time(1))
    #expect(balancer.weights == [12: 0])
    _ = balancer.advance(to: Fixtures.time(60_000))
    #expect(balancer.isGone)
  }

  @Test("that the operator took out is out when it comes back to the configuration")
  func maintenanceStays() {
    var balancer = ServiceBalancer(Fixtures.settings())
    let first = Fixtures.all[0]
    _ = balancer.setMaintenance(true, of: first, at: Fixtures.time(0))
    _ = balancer.observe([:], at: Fixtures.time(1))
    let rest = Fixtures.settings(Array(Fixtures.servers.dropFirst()))
    _ = balancer.reconfigure(rest, isAnotherCheck: false, maintenance: [first], at: Fixtures.time(2))
    #expect(balancer.servers[first] == nil)
    _ = balancer.reconfigure(
      Fixtures.settings(), isAnotherCheck: false, maintenance: [first], at: Fixtures.time(3))
    balancer.record(.healthy, times: 3, of: first, at: Fixtures.time(4))
    #expect(balancer.weights == [12: 1, 13: 1])
    _ = balancer.setMaintenance(false, of: first, at: Fixtures.time(5))
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1])
  }

  @Test("comes back with its service")
  func revival() {
    var balancer = ServiceBalancer(Fixtures.settings())
    _ = balancer.retire(at: Fixtures.time(0))
    #expect(
      balancer.reconfigure(Fixtures.settings(), isAnotherCheck: false, at: Fixtures.time(1))
        == Fixtures.all.map { .returned($0) })
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1])
  }
}
