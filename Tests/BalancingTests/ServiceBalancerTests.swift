import Balancing
import Model
import Testing

@Suite("A service's balancer")
struct ServiceBalancerTests {
  static let service = VirtualService(
    .endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 6443)))
  static let servers = (11...13).map { last in
    RealServer(Endpoint(.ipv4(IPv4Address(10, 0, 0, UInt8(last))), port: 6443), forwarding: .nat)
  }
  let check = HealthCheck(.tcp, rise: 2, fall: 3)

  private func balancer(
    _ policy: ServiceBalancer.WhenAllFail = .keep, adopting servers: [RealServer] = servers
  ) -> ServiceBalancer {
    ServiceBalancer(
      Self.service, servers: Self.servers, check: check, whenAllFail: policy,
      adopting: ForwardingTable.Entry(Self.service, servers: servers))
  }

  private func endpoints(_ balancer: ServiceBalancer) -> [Endpoint] {
    balancer.entry.sortedServers.map(\.endpoint)
  }

  private let first = servers[0].endpoint
  private var all: [Endpoint] { Self.servers.map(\.endpoint) }
  private var others: [Endpoint] { Array(all.dropFirst()) }

  @Test("takes a server out after `fall` failures in a row, not before")
  func fall() {
    var balancer = balancer()
    #expect(balancer.record(.failed(.refused), of: first).isEmpty)
    #expect(balancer.record(.failed(.refused), of: first).isEmpty)
    #expect(endpoints(balancer) == all)
    #expect(balancer.record(.failed(.refused), of: first) == [.server(first, .fell(.refused, after: 3))])
    #expect(endpoints(balancer) == others)
  }

  @Test("starts to count anew after a success in between")
  func successResetsFailures() {
    var balancer = balancer()
    for _ in 1...5 {
      _ = balancer.record(.failed(.refused), of: first)
      _ = balancer.record(.failed(.refused), of: first)
      _ = balancer.record(.healthy, of: first)
    }
    #expect(endpoints(balancer) == all)
  }

  @Test("takes a server back after `rise` successes in a row, not before")
  func rise() {
    var balancer = balancer()
    for _ in 1...3 { _ = balancer.record(.failed(.refused), of: first) }
    #expect(balancer.record(.healthy, of: first).isEmpty)
    #expect(balancer.record(.failed(.refused), of: first).isEmpty)
    #expect(balancer.record(.healthy, of: first).isEmpty)
    #expect(endpoints(balancer) == others)
    #expect(balancer.record(.healthy, of: first) == [.server(first, .rose(after: 2))])
    #expect(endpoints(balancer) == all)
  }

  @Test("leaves an unknown server out until its first success, and then takes it at once")
  func firstCheck() {
    var balancer = balancer(adopting: [])
    #expect(endpoints(balancer).isEmpty)
    #expect(balancer.record(.healthy, of: first) == [.server(first, .roseFirst), .recovered])
    #expect(endpoints(balancer) == [first])
    let second = all[1]
    #expect(balancer.record(.failed(.refused), of: second) == [.server(second, .failedFirst(.refused))])
    #expect(balancer.record(.healthy, of: second).isEmpty)
    #expect(balancer.record(.healthy, of: second) == [.server(second, .rose(after: 2))])
  }

  @Test("leaves a server out that the kernel holds at weight 0 until a check passes")
  func adoptsWeightZeroAsDown() {
    var silenced = Self.servers[0]
    silenced.weight = 0
    var balancer = balancer(adopting: [silenced] + Self.servers.dropFirst())
    #expect(endpoints(balancer) == others)
    _ = balancer.record(.healthy, of: first)
    #expect(endpoints(balancer) == all)
  }

  @Test("keeps a server that wants credentials, and says so once")
  func credentials() {
    var balancer = balancer()
    #expect(
      balancer.record(.failed(.unauthorized(401)), of: first) == [
        .server(first, .roseFirst), .server(first, .wantsCredentials(status: 401)),
      ])
    for _ in 1...10 { #expect(balancer.record(.failed(.unauthorized(401)), of: first).isEmpty) }
    #expect(endpoints(balancer) == all)
  }

  @Test("keeps the last servers that were in service when all fail, and says so")
  func keep() {
    var balancer = balancer(.keep)
    for _ in 1...3 { _ = balancer.record(.failed(.refused), of: first) }
    var events: [ServiceBalancer.Event] = []
    for server in others { for _ in 1...3 { events += balancer.record(.failed(.status(500)), of: server) } }
    #expect(events.last == .allFailed)
    #expect(endpoints(balancer) == [all[2]])
    #expect(balancer.record(.healthy, of: first).isEmpty)
    #expect(balancer.record(.healthy, of: first) == [.server(first, .rose(after: 2)), .recovered])
    #expect(endpoints(balancer) == [first])
  }

  @Test("empties the service, or sends all to a fallback, where that is configured")
  func emptyAndFallback() {
    let fallback = RealServer(Endpoint(.ipv4(IPv4Address(10, 0, 0, 99)), port: 6443), forwarding: .nat)
    for (policy, expected) in [
      (ServiceBalancer.WhenAllFail.empty, [Endpoint]()), (.fallback(fallback), [fallback.endpoint]),
    ] {
      var balancer = balancer(policy)
      for server in all { for _ in 1...3 { _ = balancer.record(.failed(.refused), of: server) } }
      #expect(endpoints(balancer) == expected)
    }
  }

  @Test("passes over a result of a server that it does not have")
  func stranger() {
    var balancer = balancer()
    let stranger = Endpoint(.ipv4(IPv4Address(10, 0, 0, 77)), port: 6443)
    #expect(balancer.record(.failed(.refused), of: stranger).isEmpty)
    #expect(endpoints(balancer) == all)
  }
}
