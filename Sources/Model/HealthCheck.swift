/// How a server's health is asked for, and how many answers decide.
public struct HealthCheck: Hashable, Sendable {
  /// What is asked.
  public var probe: Probe
  /// From the start of one probe to the start of the next: 100 ms to an hour.
  public var interval: Duration
  /// The deadline of one probe over all of its phases; at most the interval.
  public var timeout: Duration
  /// How many successes in a row bring a server back: 1 to 100.
  public var rise: Int
  /// How many failures in a row take a server out: 1 to 100.
  public var fall: Int
  /// Whether an idle TCP connection is held to each server, whose end has the server checked at once.
  public var sentinel: Bool
  /// The address that the server is asked from, one of this host's; nil: the system's choice.
  public var source: IPAddress?

  /// Makes a check with the defaults of the configuration's reference; `sentinel` is nil for ``Probe/isWatchedByDefault``.
  public init(
    _ probe: Probe, interval: Duration = .seconds(1), timeout: Duration = .milliseconds(800), rise: Int = 2,
    fall: Int = 3, sentinel: Bool? = nil, source: IPAddress? = nil
  ) {
    self.probe = probe
    self.interval = interval
    self.timeout = timeout
    self.rise = rise
    self.fall = fall
    self.sentinel = sentinel ?? probe.isWatchedByDefault
    self.source = source
  }
}
