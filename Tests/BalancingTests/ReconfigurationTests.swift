import Balancing
import Model
import TestSupport
import Testing

@Suite("Other settings")
struct ReconfigurationTests {
  private let first = Fixtures.all[0]

  @Test("change only what they say: the servers' health stays")
  func healthStays() {
    var balancer = ServiceBalancer(Fixtures.settings())
    balancer.record(.failed(.refused), times: 3, of: first)
    var servers = Fixtures.servers
    for index in servers.indices { servers[index].weight = 7 }
    #expect(
      balancer.reconfigure(Fixtures.settings(servers), isAnotherCheck: false, at: Fixtures.time(0)).isEmpty)
    #expect(balancer.weights == [12: 7, 13: 7])
    balancer.record(.healthy, times: 2, of: first)
    #expect(balancer.weights == [11: 7, 12: 7, 13: 7])
  }

  @Test("leave a failing server out with another check until it passes, and one in service in until it fails")
  func anotherCheck() {
    var balancer = ServiceBalancer(Fixtures.settings())
    balancer.record(.failed(.refused), times: 3, of: first)
    balancer.record(.failed(.refused), times: 2, of: Fixtures.all[1])
    _ = balancer.reconfigure(Fixtures.settings(), isAnotherCheck: true, at: Fixtures.time(0))
    #expect(balancer.weights == [12: 1, 13: 1])
    balancer.record(.failed(.refused), times: 2, of: Fixtures.all[1])
    #expect(balancer.weights == [12: 1, 13: 1])
  }

  @Test("bring a new server that is out until its first success, and comes slowly then")
  func newServer() {
    var balancer = ServiceBalancer(Fixtures.settings())
    let settings = Fixtures.settings(
      Fixtures.servers + [Fixtures.server(14, weight: 10)], slowStart: .seconds(10))
    _ = balancer.reconfigure(settings, isAnotherCheck: false, at: Fixtures.time(0))
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1])
    balancer.record(.healthy, times: 1, of: Fixtures.server(14).endpoint)
    #expect(balancer.weights == [11: 1, 12: 1, 13: 1, 14: 1])
    _ = balancer.advance(to: Fixtures.time(10_000))
    #expect(balancer.weights[14] == 10)
  }

  @Test("take what the kernel is told of the service")
  func service() {
    var balancer = ServiceBalancer(Fixtures.settings())
    var settings = Fixtures.settings()
    settings.service.scheduler = .maglevHashing
    settings.service.persistence = Persistence(timeout: 300, family: .ipv4)
    _ = balancer.reconfigure(settings, isAnotherCheck: false, at: Fixtures.time(0))
    #expect(balancer.entry.service == settings.service)
  }

  @Test(
    "bring a server back that had not left yet as the operator wants it by then", arguments: [true, false])
  func changedMind(_ isInMaintenance: Bool) {
    var balancer = ServiceBalancer(Fixtures.settings())
    _ = balancer.setMaintenance(true, of: first, at: Fixtures.time(0))
    let others = Fixtures.settings(Array(Fixtures.servers.dropFirst()))
    _ = balancer.reconfigure(others, isAnotherCheck: false, at: Fixtures.time(1000))
    _ = balancer.reconfigure(
      Fixtures.settings(), isAnotherCheck: false, maintenance: isInMaintenance ? [first] : [],
      at: Fixtures.time(2000))
    #expect(balancer.weights == [11: isInMaintenance ? 0 : 1, 12: 1, 13: 1])
  }

  @Test("say when they cost the quorum")
  func quorum() {
    var balancer = ServiceBalancer(Fixtures.settings())
    balancer.record(.failed(.refused), times: 3, of: first)
    let events = balancer.reconfigure(
      Fixtures.settings(quorum: 3), isAnotherCheck: false, at: Fixtures.time(0))
    #expect(events == [.quorumLost(serving: 2, quorum: 3)])
  }

  /// Whatever is reported, configured, taken out and given back, in whatever order: as long as a server is in service
  /// before and after, one is while the plan between them is carried out.
  @Test("and checks and time leave no service without a usable server in between", arguments: 1...300)
  func neverEmpty(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let results: [ProbeResult] = [
      .healthy, .healthy, .healthy, .failed(.refused), .failed(.status(500)), .failed(.shuttingDown),
      .failed(.unauthorized(403)), .failed(.misconfigured("x")), .failed(.timedOut(.handshake)),
    ]
    let pool = (11...15).map { Fixtures.server($0, weight: 4) }
    let policies: [ServiceSettings.WhenAllFail] = [
      .keep, .empty, .fallback(Fixtures.server(99)), .fallback(pool[0]),
    ]
    func settings() -> ServiceSettings {
      Fixtures.settings(
        pool.filter { _ in Int.random(in: 0..<4, using: &generator) > 0 },
        whenAllFail: policies[Int.random(in: 0..<4, using: &generator)],
        slowStart: .seconds(Int.random(in: 0...3, using: &generator)),
        drain: .seconds(Int.random(in: 0...3, using: &generator)))
    }
    var balancer = ServiceBalancer(settings(), adopting: nil, at: Fixtures.time(0))
    var kernel = ForwardingTable([balancer.entry])
    let key = Fixtures.service.key
    func isUsable(_ table: ForwardingTable) -> Bool {
      table.entries[key]?.servers.values.contains { $0.weight > 0 } == true
    }
    var time: Int64 = 0
    for _ in 0..<300 {
      time += Int64.random(in: 0...800, using: &generator)
      let now = Fixtures.time(time)
      let server = pool[Int.random(in: 0..<5, using: &generator)].endpoint
      switch Int.random(in: 0..<20, using: &generator) {
      case 0: _ = balancer.reconfigure(settings(), isAnotherCheck: Bool.random(using: &generator), at: now)
      case 1: _ = balancer.setMaintenance(Bool.random(using: &generator), of: server, at: now)
      case 2: _ = balancer.observe([:], at: now)
      case 3: _ = balancer.advance(to: now)
      default:
        let result = results[Int.random(in: results.indices, using: &generator)]
        balancer.record(result, times: Int.random(in: 1...3, using: &generator), of: server, at: now)
      }
      let desired = ForwardingTable([balancer.entry])
      let lasts = isUsable(kernel) && isUsable(desired)
      for change in Plan(from: kernel, to: desired, owned: []).changes {
        let accepted = kernel.apply(change)
        #expect(accepted, "refused: \(change), seed \(seed)")
        if lasts { #expect(isUsable(kernel), "after \(change), seed \(seed)") }
      }
      #expect(kernel == desired, "seed \(seed)")
      if let deadline = balancer.deadline { #expect(deadline > .init(nanoseconds: 0), "seed \(seed)") }
    }
  }
}
