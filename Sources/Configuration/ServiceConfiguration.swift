package import Model

/// One virtual service: what the kernel is told of it, and what the daemon does about it.
package struct ServiceConfiguration: Hashable, Sendable {
  /// Who rewrites the source of a packet to a server that is reached by NAT.
  package enum SourceNAT: String, Hashable, Sendable, CaseIterable {
    /// The service's own address: replies come back whatever route the server has.
    case vip
    /// The address of the interface that the packet leaves by.
    case masquerade
    /// Nobody: the server sees its client, and must route its replies through the director.
    case none
  }

  /// What a service does when none of its servers is healthy.
  package enum WhenAllFail: Hashable, Sendable {
    /// Those that answer at all stay, or else the last that were in service.
    case keep
    /// No server is left: new connections are refused.
    case empty
    /// This server takes over.
    case fallback(RealServer)
  }

  /// What people call it: 1 to 63 of `A-Z a-z 0-9 . _ -`.
  package var name: String
  /// What the kernel is told.
  package var virtualService: VirtualService
  /// How packets reach a server that says nothing else.
  package var forwarding: ForwardingMethod
  /// The servers, in the file's order; at least one, no two with the same endpoint.
  package var servers: [RealServer]
  /// Who rewrites the source address; ``SourceNAT/none`` where no server is reached by NAT.
  package var sourceNAT: SourceNAT
  /// How the health of each server is asked for.
  package var check: HealthCheck
  /// The port that the check goes to, in host order; nil: the server's own.
  package var checkPort: UInt16?
  /// How long a server that leaves may keep its connections: 0 to 24 hours.
  package var drain: Duration
  /// How long a server that comes back takes to reach its weight: 0 to 1 hour.
  package var slowStart: Duration
  /// What happens when no server is left.
  package var whenAllFail: WhenAllFail
  /// Whether the clients of a server that is deleted as dead are reset, instead of waiting for an answer for ever.
  package var resetClients: Bool
  /// How many healthy servers the service needs to be worth its address: 1 to the number of servers.
  package var quorum: Int
  /// How many more than the quorum it needs once that was lost; together at most the number of servers.
  package var hysteresis: Int

  /// Joins the parts; all but the name, the service and the servers have the reference's defaults.
  package init(
    name: String, virtualService: VirtualService, forwarding: ForwardingMethod = .nat, servers: [RealServer],
    sourceNAT: SourceNAT = .vip, check: HealthCheck = HealthCheck(.tcp), checkPort: UInt16? = nil,
    drain: Duration = Self.defaultDrain, slowStart: Duration = .zero, whenAllFail: WhenAllFail = .keep,
    resetClients: Bool = true, quorum: Int = 1, hysteresis: Int = 0
  ) {
    self.name = name
    self.virtualService = virtualService
    self.forwarding = forwarding
    self.servers = servers
    self.sourceNAT = sourceNAT
    self.check = check
    self.checkPort = checkPort
    self.drain = drain
    self.slowStart = slowStart
    self.whenAllFail = whenAllFail
    self.resetClients = resetClients
    self.quorum = quorum
    self.hysteresis = hysteresis
  }

  /// The drain of a service that says nothing else.
  package static let defaultDrain = Duration.seconds(60)

  /// Where the check of a server goes to.
  package func checkTarget(of server: RealServer) -> Endpoint {
    Endpoint(server.endpoint.address, port: checkPort ?? server.endpoint.port)
  }
}
