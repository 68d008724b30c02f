/// The name of a kernel scheduler, which picks the server of a new connection.
///
/// The kernel loads `ip_vs_NAME` by itself. Other names than the known ones are values, too, because kernels
/// come with schedulers of their own; ``known`` are those of the mainline kernel.
public struct Scheduler: Hashable, Sendable {
  /// The kernel's name of it, as in `wlc`.
  public let name: String

  /// Takes a name of 1 to 15 letters, digits, `_`, `.`, `+` and, not at the start, `-`
  /// (`IP_VS_SCHEDNAME_MAXLEN` less its NUL).
  public init?(_ name: some StringProtocol) {
    guard ModuleName.isValid(name) else { return nil }
    self.name = String(name)
  }

  private init(known name: String) { self.name = name }

  /// Round robin.
  public static let roundRobin = Scheduler(known: "rr")
  /// Weighted round robin.
  public static let weightedRoundRobin = Scheduler(known: "wrr")
  /// Least connections.
  public static let leastConnections = Scheduler(known: "lc")
  /// Weighted least connections, the default.
  public static let weightedLeastConnections = Scheduler(known: "wlc")
  /// Weighted fail-over: the server of the highest weight takes all.
  public static let failover = Scheduler(known: "fo")
  /// Weighted overflow: the server of the highest weight takes all until it has that many connections.
  public static let overflow = Scheduler(known: "ovf")
  /// Locality-based least connections.
  public static let localityLeastConnections = Scheduler(known: "lblc")
  /// Locality-based least connections with replication.
  public static let localityReplication = Scheduler(known: "lblcr")
  /// Destination hashing.
  public static let destinationHashing = Scheduler(known: "dh")
  /// Source hashing.
  public static let sourceHashing = Scheduler(known: "sh")
  /// Maglev hashing.
  public static let maglevHashing = Scheduler(known: "mh")
  /// Shortest expected delay.
  public static let shortestDelay = Scheduler(known: "sed")
  /// Never queue.
  public static let neverQueue = Scheduler(known: "nq")
  /// Power of two choices.
  public static let twoChoices = Scheduler(known: "twos")

  /// The schedulers of the mainline kernel (`net/netfilter/ipvs`).
  public static let known: [Scheduler] = [
    .roundRobin, .weightedRoundRobin, .leastConnections, .weightedLeastConnections, .failover, .overflow,
    .localityLeastConnections, .localityReplication, .destinationHashing, .sourceHashing, .maglevHashing,
    .shortestDelay, .neverQueue, .twoChoices,
  ]
}

extension Scheduler: CustomStringConvertible {
  /// The kernel's name of it.
  public var description: String { name }
}

extension Scheduler {
  /// Whether it chooses servers that take no new connections as well, and refuses the clients whose server such a one is:
  /// `dh`, and `sh` and `mh` without their fallback flag (ipvsadm(8)).
  public func refusesClients(with flags: SchedulerFlags) -> Bool {
    switch self {
    case .destinationHashing: true
    case .sourceHashing, .maglevHashing: !flags.contains(.flag1)
    default: false
    }
  }
}
