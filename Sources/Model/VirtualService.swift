/// A virtual service as it is configured: what the kernel balances, and how.
///
/// Counters are not part of it, so that two equal values are the same configuration.
public struct VirtualService: Hashable, Sendable {
  /// What identifies it.
  public var key: ServiceKey
  /// Who picks the server of a new connection.
  public var scheduler: Scheduler
  /// The scheduler's flags.
  public var schedulerFlags: SchedulerFlags
  /// Whether a client stays with its server, and for how long.
  public var persistence: Persistence?
  /// Who finds a client's identity in its packets; nil: its address is its identity.
  public var persistenceEngine: PersistenceEngine?
  /// One-packet scheduling: every datagram is scheduled anew; the kernel heeds it for UDP alone.
  public var isOnePacket: Bool

  /// Makes a service; all but the key have the defaults of ipvsadm.
  public init(
    _ key: ServiceKey, scheduler: Scheduler = .weightedLeastConnections, schedulerFlags: SchedulerFlags = [],
    persistence: Persistence? = nil, persistenceEngine: PersistenceEngine? = nil, isOnePacket: Bool = false
  ) {
    self.key = key
    self.scheduler = scheduler
    self.schedulerFlags = schedulerFlags
    self.persistence = persistence
    self.persistenceEngine = persistenceEngine
    self.isOnePacket = isOnePacket
  }
}
