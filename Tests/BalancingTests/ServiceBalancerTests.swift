import Balancing
import Model
import Testing

@Suite("A service's balancer")
struct ServiceBalancerTests {
  private let first = Fixtures.all[0]
  private let second = Fixtures.all[1]
  private let third = Fixtures.all[2]

  @Test("deletes a dead server, and silences one that answers unready")
  func deadOrUnready() {
    var balancer = ServiceBalancer(Fixtures.settings())
    #expect(
      balancer.record(.failed(.refused), times: 3, of: first) == [.server(first, .fell(.refused, after: 3))])
    #expect(balancer.weights == [12: 1, 13: 1])
    #expect(balancer.isDead(first))
    balancer.record(.failed(.status(500)), times: 3, of: second)
    #expect(balancer.weights == [12: 0, 13: 1])
    #expect(!balancer.isDead(second))
    // Silenced without an end: it may become ready again with the connections that it has.
    #expect(balancer.deadline == nil)
    balancer.record(.healthy, times: 2, of: second)
    #expect(balancer.weights == [12: 1, 13: 1])
  }

  @Test("leaves an unknown server out until its first success, and then takes it at once")
  func firstCheck() {
    var balancer = ServiceBalancer(Fixtures.settings(), adopting: nil, at: Fixtures.time(0))
    #expect(balancer.weights.isEmpty)
    #expect(
      balancer.record(.healthy, times: 1, of: first) == [.server(first, .roseFirst)])
    #expect(balancer.weights == [11: 1])
    #expect(
      balancer.record(.failed(.refused), times: 1, of: second)
        == [.server(second, .failedFirst(.refused))])
    #expect(balancer.record(.healthy, times: 1, of: second).isEmpty)
    #expect(balancer.record(.healthy, times: 1, of: second) == [.server(second, .rose(after: 2))])
  }

  @Test("writes nothing where the kernel has what it should, and brings no silenced server back by itself")
  func adoption() {
    let held = [Fixtures.servers[0], Fixtures.server(12, weight: 0)]
    let existing = ForwardingTable.Entry(Fixtures.service, servers: held)
    var balancer = ServiceBalancer(Fixtures.settings(), adopting: existing, at: Fixtures.time(0))
    #expect(balancer.entry == existing)
    balancer.record(.healthy, times: 1, of: second)
    #expect(balancer.weights == [11: 1, 12: 1])
  }

  @Test("lets a server leave that the kernel has and nobody configured")
  func stranger() {
    let existing = ForwardingTable.Entry(Fixtures.service, servers: Fixtures.servers + [Fixtures.server(77)])
    var balancer = ServiceBalancer(Fixtures.settings(), adopting: existing, at: Fixtures.time(0))
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1, 77: 0])
    #expect(balancer.record(.healthy, times: 1, of: Fixtures.server(77).endpoint).isEmpty)
    #expect(balancer.deadline == Fixtures.time(60_000))
    _ = balancer.advance(to: Fixtures.time(60_000))
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1])
  }

  @Test("takes the weight that a check asks for, and keeps the kernel's until it does")
  func dynamicWeight() {
    var settings = Fixtures.settings()
    settings.hasDynamicWeight = true
    let existing = ForwardingTable.Entry(Fixtures.service, servers: [Fixtures.server(11, weight: 9)])
    var balancer = ServiceBalancer(settings, adopting: existing, at: Fixtures.time(0))
    #expect(balancer.weights == [11: 9])
    #expect(
      balancer.record(.healthy, weight: 5, of: first, at: Fixtures.time(0)) == [.server(first, .roseFirst)])
    #expect(balancer.weights == [11: 5])
    #expect(balancer.record(.healthy, weight: 2, of: first, at: Fixtures.time(0)).isEmpty)
    #expect(balancer.weights == [11: 2])
    #expect(balancer.record(.healthy, of: first, at: Fixtures.time(0)).isEmpty)
    #expect(balancer.weights == [11: 1])
  }

  @Test("has nobody in service where all ask for no connections: no quorum, and none kept against their will")
  func noWeight() {
    var settings = Fixtures.settings()
    settings.hasDynamicWeight = true
    var balancer = ServiceBalancer(settings)
    _ = balancer.record(.healthy, weight: 0, of: first, at: Fixtures.time(0))
    _ = balancer.record(.healthy, weight: 0, of: second, at: Fixtures.time(0))
    #expect(
      balancer.record(.healthy, weight: 0, of: third, at: Fixtures.time(0)) == [
        .server(third, .roseFirst), .allFailed(.refused), .quorumLost(serving: 0, quorum: 1),
      ])
    #expect(balancer.weights == [11: 0, 12: 0, 13: 0])
    #expect(
      balancer.record(.healthy, weight: 3, of: second, at: Fixtures.time(0)) == [
        .recovered, .quorumRegained(serving: 1, quorum: 1),
      ])
    #expect(balancer.weights == [11: 0, 12: 3, 13: 0])
  }

  @Test("keeps the one that fails last, with its own weight, and none that asked for no connections")
  func keptWeight() {
    var settings = Fixtures.settings(Array(Fixtures.servers.prefix(2)))
    settings.hasDynamicWeight = true
    var balancer = ServiceBalancer(settings)
    _ = balancer.record(.healthy, weight: 0, of: first, at: Fixtures.time(0))
    _ = balancer.record(.healthy, weight: 4, of: second, at: Fixtures.time(0))
    balancer.record(.failed(.refused), times: 3, of: second)
    #expect(balancer.weights == [11: 0, 12: 4])
  }

  @Test("has no quorum where the checks of servers that the kernel does not have cannot run")
  func uncheckable() {
    var balancer = ServiceBalancer(Fixtures.settings(), adopting: nil, at: Fixtures.time(0))
    let cannotRun = ProbeResult.failed(.misconfigured("no authority"))
    balancer.record(cannotRun, times: 1, of: first)
    balancer.record(cannotRun, times: 1, of: second)
    #expect(balancer.hasQuorum)
    #expect(
      balancer.record(cannotRun, times: 2, of: third) == [
        .server(third, .cannotBeChecked("no authority")), .allFailed(.refused),
        .quorumLost(serving: 0, quorum: 1),
      ])
    #expect(balancer.weights.isEmpty)
    // The kernel's servers are as good as they were.
    var adopted = ServiceBalancer(Fixtures.settings())
    for server in Fixtures.all { adopted.record(cannotRun, times: 2, of: server) }
    #expect(adopted.hasQuorum && adopted.weights == [11: 1, 12: 1, 13: 1])
  }

  @Test("says that none is healthy once all have failed their first check, and then who is the first")
  func failedStart() {
    var balancer = ServiceBalancer(Fixtures.settings(), adopting: nil, at: Fixtures.time(0))
    for server in [first, second] {
      #expect(
        balancer.record(.failed(.refused), times: 1, of: server) == [.server(server, .failedFirst(.refused))])
    }
    #expect(
      balancer.record(.failed(.refused), times: 1, of: third) == [
        .server(third, .failedFirst(.refused)), .allFailed(.refused), .quorumLost(serving: 0, quorum: 1),
      ])
    #expect(balancer.record(.failed(.refused), times: 5, of: third).isEmpty)
    #expect(
      balancer.record(.healthy, times: 2, of: second) == [
        .server(second, .rose(after: 2)), .recovered, .quorumRegained(serving: 1, quorum: 1),
      ])
  }

  // MARK: - When all fail

  @Test("keeps all that answer when all fail, because their common reason may be a wrong one")
  func keepAnswering() {
    var balancer = ServiceBalancer(Fixtures.settings())
    balancer.record(.failed(.refused), times: 3, of: first)
    balancer.record(.failed(.status(500)), times: 3, of: second)
    #expect(
      balancer.record(.failed(.status(500)), times: 3, of: third) == [
        .server(third, .becameUnready(.status(500), after: 3)), .allFailed(.kept([second, third])),
        .quorumLost(serving: 0, quorum: 1),
      ])
    #expect(balancer.weights == [12: 1, 13: 1])
    #expect(balancer.record(.healthy, times: 1, of: first).isEmpty)
    #expect(
      balancer.record(.healthy, times: 1, of: first) == [
        .server(first, .rose(after: 2)), .recovered, .quorumRegained(serving: 1, quorum: 1),
      ])
    #expect(balancer.weights == [11: 1, 12: 0, 13: 0])
  }

  @Test("keeps the last that was in service when none answers")
  func keepSilent() {
    var balancer = ServiceBalancer(Fixtures.settings())
    for server in Fixtures.all { balancer.record(.failed(.refused), times: 3, of: server) }
    #expect(balancer.weights == [13: 1])
  }

  @Test("keeps nobody who was never in service")
  func keepNobody() {
    var balancer = ServiceBalancer(Fixtures.settings(), adopting: nil, at: Fixtures.time(0))
    for server in Fixtures.all { balancer.record(.failed(.status(500)), times: 3, of: server) }
    #expect(balancer.weights.isEmpty)
  }

  @Test("keeps nobody whom the operator took out")
  func keepAndMaintenance() {
    var balancer = ServiceBalancer(Fixtures.settings())
    for server in Fixtures.all { _ = balancer.setMaintenance(true, of: server, at: Fixtures.time(0)) }
    #expect(balancer.weights == [11: 0, 12: 0, 13: 0])
  }

  @Test("empties the service where that is configured")
  func empty() {
    var balancer = ServiceBalancer(Fixtures.settings(whenAllFail: .empty))
    var events: [ServiceEvent] = []
    for server in Fixtures.all { events += balancer.record(.failed(.refused), times: 3, of: server) }
    #expect(events.contains(.allFailed(.refused)))
    #expect(balancer.weights.isEmpty)
  }

  @Test("sends all to the fallback, which leaves slowly once a server is back")
  func fallback() {
    let fallback = Fixtures.server(99)
    var balancer = ServiceBalancer(Fixtures.settings(whenAllFail: .fallback(fallback)))
    for server in Fixtures.all { balancer.record(.failed(.refused), times: 3, of: server) }
    #expect(balancer.weights == [99: 1])
    // A restart finds it as it was.
    let restarted = ServiceBalancer(balancer.settings, adopting: balancer.entry, at: Fixtures.time(0))
    #expect(restarted.entry == balancer.entry)

    balancer.record(.healthy, times: 2, of: first, at: Fixtures.time(1000))
    #expect(balancer.weights == [11: 1, 99: 0])
    balancer.record(.failed(.refused), times: 3, of: first, at: Fixtures.time(2000))
    #expect(balancer.weights == [99: 1])
    balancer.record(.healthy, times: 2, of: first, at: Fixtures.time(3000))
    #expect(
      balancer.observe([fallback.endpoint: 0], at: Fixtures.time(3000)) == [
        .drained(fallback.endpoint, .noConnections)
      ])
    #expect(balancer.weights == [11: 1])
  }

  @Test("can have one of its own servers as the fallback")
  func ownFallback() {
    var balancer = ServiceBalancer(Fixtures.settings(whenAllFail: .fallback(Fixtures.servers[2])))
    for server in Fixtures.all { balancer.record(.failed(.refused), times: 3, of: server) }
    #expect(balancer.weights == [13: 1])
    balancer.record(.healthy, times: 2, of: first)
    #expect(balancer.weights == [11: 1])
    balancer.record(.healthy, times: 2, of: third)
    #expect(balancer.weights == [11: 1, 13: 1])
  }

  // MARK: - Quorum

  @Test("has no quorum below it, and gets it back only with the hysteresis on top")
  func quorum() {
    var balancer = ServiceBalancer(Fixtures.settings(quorum: 2, hysteresis: 1))
    #expect(balancer.hasQuorum)
    #expect(balancer.record(.failed(.refused), times: 3, of: first).count == 1)
    #expect(
      balancer.record(.failed(.refused), times: 3, of: second).last == .quorumLost(serving: 1, quorum: 2))
    #expect(balancer.record(.healthy, times: 2, of: first) == [.server(first, .rose(after: 2))])
    #expect(!balancer.hasQuorum)
    #expect(balancer.record(.healthy, times: 2, of: second).last == .quorumRegained(serving: 3, quorum: 2))
  }

  @Test(
    "gets its quorum back without those whom the operator keeps out, never below it",
    arguments: [true, false])
  func hysteresisWithoutAll(byWeight: Bool) {
    var servers = Fixtures.servers
    if byWeight { servers[2].weight = 0 }
    var balancer = ServiceBalancer(Fixtures.settings(servers, quorum: 2, hysteresis: 1))
    if !byWeight { _ = balancer.setMaintenance(true, of: third, at: Fixtures.time(0)) }
    balancer.record(.failed(.refused), times: 3, of: first)
    #expect(!balancer.hasQuorum)
    balancer.record(.healthy, times: 2, of: first)
    #expect(balancer.hasQuorum)
    _ = balancer.setMaintenance(true, of: second, at: Fixtures.time(0))
    #expect(!balancer.hasQuorum)
    balancer.record(.healthy, times: 2, of: first)
    #expect(!balancer.hasQuorum)
  }

  @Test("has its quorum again when the operator takes out the one that it waited for")
  func waitingForOne() {
    var balancer = ServiceBalancer(Fixtures.settings(quorum: 2, hysteresis: 1))
    balancer.record(.failed(.refused), times: 3, of: first)
    balancer.record(.failed(.refused), times: 3, of: second)
    balancer.record(.healthy, times: 2, of: first)
    #expect(!balancer.hasQuorum)
    _ = balancer.setMaintenance(true, of: second, at: Fixtures.time(0))
    #expect(balancer.hasQuorum)
  }

  @Test("has its quorum until checks deny it")
  func unknownQuorum() {
    var balancer = ServiceBalancer(Fixtures.settings(quorum: 2), adopting: nil, at: Fixtures.time(0))
    #expect(balancer.hasQuorum)
    #expect(balancer.record(.failed(.refused), times: 1, of: first).count == 1)
    #expect(balancer.hasQuorum)
    #expect(
      balancer.record(.failed(.refused), times: 1, of: second).last == .quorumLost(serving: 0, quorum: 2))
    #expect(balancer.record(.healthy, times: 1, of: third) == [.server(third, .roseFirst)])
    #expect(balancer.record(.healthy, times: 2, of: first).last == .quorumRegained(serving: 2, quorum: 2))
  }

  // MARK: - Slow start

  @Test("raises the weight of a server that comes back step by step, and says when the next step is due")
  func slowStart() {
    let servers = (11...12).map { Fixtures.server($0, weight: 4) }
    var balancer = ServiceBalancer(Fixtures.settings(servers, slowStart: .seconds(4)))
    balancer.record(.failed(.refused), times: 3, of: first)
    balancer.record(.healthy, times: 2, of: first, at: Fixtures.time(10_000))
    #expect(balancer.weights == [11: 1, 12: 4])
    for (time, weight) in [(11_000, 1), (12_000, 2), (13_000, 3), (14_000, 4)] as [(Int64, UInt32)] {
      #expect(balancer.deadline == Fixtures.time(time))
      #expect(balancer.advance(to: Fixtures.time(time)).isEmpty)
      #expect(balancer.weights == [11: weight, 12: 4])
    }
    #expect(balancer.deadline == nil)
  }

  @Test("raises no server slowly that is alone, and none that only the daemon did not know")
  func noSlowStart() {
    let servers = (11...12).map { Fixtures.server($0, weight: 4) }
    let settings = Fixtures.settings(servers, slowStart: .seconds(4))
    var started = ServiceBalancer(settings, adopting: nil, at: Fixtures.time(0))
    for server in servers { started.record(.healthy, times: 1, of: server.endpoint) }
    #expect(started.weights == [11: 4, 12: 4])

    var alone = ServiceBalancer(settings)
    for server in servers { alone.record(.failed(.refused), times: 3, of: server.endpoint) }
    alone.record(.healthy, times: 2, of: first)
    #expect(alone.weights == [11: 4])
  }
}
