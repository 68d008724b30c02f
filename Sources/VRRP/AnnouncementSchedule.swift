/// How often an Active router tells the link where its addresses live.
public struct AnnouncementSchedule: Hashable, Sendable {
  /// How many gratuitous ARPs or neighbour advertisements per address are sent at once; 0: none at all.
  public var burst: Int
  /// How long after the takeover a second burst follows, for switches that were still learning; none: never.
  public var repeatAfter: Duration?
  /// How often one more is sent as long as the router is Active; none: never.
  public var refreshEvery: Duration?

  /// Joins the parts; the defaults are keepalived's, 5 at once and 5 more after 5 s.
  public init(burst: Int = 5, repeatAfter: Duration? = .seconds(5), refreshEvery: Duration? = nil) {
    self.burst = burst
    self.repeatAfter = repeatAfter
    self.refreshEvery = refreshEvery
  }
}
