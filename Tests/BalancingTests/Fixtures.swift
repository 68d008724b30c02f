import Balancing
import Model

/// A service of three servers, and what is asked of its balancer in every test.
enum Fixtures {
  static let service = VirtualService(
    .endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 6443)))
  static let servers = (11...13).map { server(UInt8($0)) }
  static let all = servers.map(\.endpoint)

  static func server(_ last: UInt8, weight: UInt32 = 1) -> RealServer {
    RealServer(Endpoint(.ipv4(IPv4Address(10, 0, 0, last)), port: 6443), forwarding: .nat, weight: weight)
  }

  /// So many milliseconds after the beginning.
  static func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  static func settings(
    _ servers: [RealServer] = servers, whenAllFail: ServiceSettings.WhenAllFail = .keep,
    slowStart: Duration = .zero, drain: Duration = .seconds(60), quorum: Int = 1, hysteresis: Int = 0
  ) -> ServiceSettings {
    ServiceSettings(
      service, servers: servers, drain: drain, slowStart: slowStart, whenAllFail: whenAllFail, quorum: quorum,
      hysteresis: hysteresis)
  }
}

extension ServiceBalancer {
  /// Starts with all servers in service in the kernel.
  init(_ settings: ServiceSettings) {
    self.init(
      settings, adopting: ForwardingTable.Entry(settings.service, servers: settings.servers),
      at: Fixtures.time(0))
  }

  /// Checks a server so often, with one result.
  @discardableResult
  mutating func record(
    _ result: ProbeResult, times: Int, of server: Endpoint, at now: Instant = Fixtures.time(0)
  ) -> [ServiceEvent] {
    (0..<times).flatMap { _ in record(result, of: server, at: now) }
  }

  /// The last parts of the servers' addresses, with their weights.
  var weights: [UInt8: UInt32] {
    Dictionary(
      entry.servers.values.map { server in
        guard case .ipv4(let address) = server.endpoint.address else { return (0, 0) }
        return (UInt8(truncatingIfNeeded: address.value), server.weight)
      }
    ) { $1 }
  }
}
