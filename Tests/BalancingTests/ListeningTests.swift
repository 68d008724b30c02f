import Balancing
import Model
import Testing

@Suite("A service whose peer tells of its connections")
struct ListeningTests {
  private let first = Fixtures.all[0]
  private let second = Fixtures.all[1]
  private let third = Fixtures.all[2]

  /// It takes over from a kernel that has the second of three servers in service.
  private func balancer(drain: Duration = .seconds(60)) -> ServiceBalancer {
    var balancer = ServiceBalancer(
      Fixtures.settings(whenAllFail: .fallback(Fixtures.server(99)), drain: drain),
      adopting: ForwardingTable.Entry(Fixtures.service, servers: [Fixtures.servers[1]]), at: Fixtures.time(0))
    #expect(balancer.weights == [12: 1])
    balancer.listen(true, at: Fixtures.time(0))
    return balancer
  }

  @Test("has every server that is configured in the table, those that are out with weight 0")
  func all() {
    var balancer = balancer()
    #expect(balancer.weights == [11: 0, 12: 1, 13: 0])
    balancer.record(.healthy, times: 1, of: first)
    balancer.record(.failed(.refused), times: 3, of: second)
    #expect(balancer.weights == [11: 1, 12: 0, 13: 0])
    // It is dropped: the dead one goes, and the others leave.
    _ = balancer.retire(at: Fixtures.time(0))
    #expect(balancer.weights == [11: 0, 13: 0])
  }

  @Test("deletes the dead ones when the peer is gone")
  func dead() {
    var balancer = balancer()
    balancer.record(.healthy, times: 1, of: third)
    balancer.record(.failed(.timedOut(.connect)), times: 1, of: first)
    balancer.record(.failed(.refused), times: 3, of: second)
    #expect(balancer.weights == [11: 0, 12: 0, 13: 1])
    balancer.listen(false, at: Fixtures.time(0))
    #expect(balancer.weights == [13: 1])
  }

  @Test("lets connections go on to a server that it does not know, or that answers and was never ready")
  func alive() {
    var balancer = balancer()
    balancer.record(.failed(.status(500)), times: 1, of: third)
    #expect(balancer.weights == [11: 0, 12: 1, 13: 0])
    balancer.listen(false, at: Fixtures.time(0))
    #expect(balancer.weights == [11: 0, 12: 1, 13: 0])
    #expect(balancer.servers[first]?.health.state == .unverified(.silenced))
    #expect(balancer.servers[third]?.health.state == .draining(.status(500)))
    // From then on they are as any other.
    balancer.record(.failed(.refused), times: 3, of: first)
    balancer.record(.healthy, times: 2, of: third)
    #expect(balancer.weights == [12: 1, 13: 1])
  }

  @Test("gives them that time as well where the configuration drops a server that it does not know")
  func removed() {
    var balancer = balancer()
    balancer.record(.failed(.refused), times: 1, of: third)
    _ = balancer.reconfigure(
      Fixtures.settings([Fixtures.servers[1]]), isAnotherCheck: false, at: Fixtures.time(0))
    #expect(balancer.weights == [11: 0, 12: 1])
    #expect(balancer.deadline == Fixtures.time(60_000))
  }

  @Test("gives the connections of a server that the operator took out the time of a drain")
  func maintenance() {
    for drain in [Duration.seconds(60), .zero] {
      var balancer = balancer(drain: drain)
      balancer.record(.healthy, times: 1, of: third)
      _ = balancer.setMaintenance(true, of: third, at: Fixtures.time(0))
      _ = balancer.observe([:], at: Fixtures.time(1000))
      #expect(balancer.servers[third]?.drain == .over)
      #expect(balancer.weights == [11: 0, 12: 1, 13: 0])
      balancer.listen(false, at: Fixtures.time(2000))
      #expect(balancer.weights == (drain == .zero ? [11: 0, 12: 1] : [11: 0, 12: 1, 13: 0]))
      #expect(balancer.deadline == (drain == .zero ? nil : Fixtures.time(62_000)))
      _ = balancer.observe([third: 0], at: Fixtures.time(3000))
      #expect(balancer.weights == [11: 0, 12: 1])
    }
  }
}
