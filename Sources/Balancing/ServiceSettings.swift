package import Model

/// What a balancer is told of a service.
package struct ServiceSettings: Hashable, Sendable {
  /// What happens when no server is left.
  package enum WhenAllFail: Hashable, Sendable {
    /// Those that answer at all stay, or else the last ones that were in service: a check that is wrong about all of
    /// them takes nothing down.
    case keep
    /// The service has no server: new connections are refused.
    case empty
    /// This server takes over; it may be one of the service's own.
    case fallback(RealServer)
  }

  /// What the kernel is told of the service.
  package var service: VirtualService
  /// Its servers, no two with the same endpoint.
  package var servers: [RealServer]
  /// How many successes in a row bring a server back: at least 1.
  package var rise: Int
  /// How many failures in a row take a server out: at least 1.
  package var fall: Int
  /// Whether the check says how much a server can bear, so that the kernel's weight is kept until it does.
  package var hasDynamicWeight: Bool
  /// How long a server that leaves keeps its connections; zero: it goes at once.
  package var drain: Duration
  /// How long a server that comes back takes to its full weight.
  package var slowStart: Duration
  /// What happens when no server is left.
  package var whenAllFail: WhenAllFail
  /// How many servers must be in service for the service to be worth its address.
  package var quorum: Int
  /// How many more than the quorum must be in service once it was lost.
  package var hysteresis: Int

  /// Joins the parts; all but the service and its servers have the defaults of the configuration's reference.
  package init(
    _ service: VirtualService, servers: [RealServer], rise: Int = 2, fall: Int = 3,
    hasDynamicWeight: Bool = false, drain: Duration = .seconds(60), slowStart: Duration = .zero,
    whenAllFail: WhenAllFail = .keep, quorum: Int = 1, hysteresis: Int = 0
  ) {
    self.service = service
    self.servers = servers
    self.rise = rise
    self.fall = fall
    self.hasDynamicWeight = hasDynamicWeight
    self.drain = drain
    self.slowStart = slowStart
    self.whenAllFail = whenAllFail
    self.quorum = quorum
    self.hysteresis = hysteresis
  }
}
