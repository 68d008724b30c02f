public import Model

extension VirtualRouter {
  /// What happens to a virtual router.
  public enum Event: Hashable, Sendable {
    /// Take part: the Startup event of RFC 9568 §6.4.1.
    case start
    /// Stop taking part: the Shutdown event.
    case stop
    /// ``VirtualRouter/deadline`` has come; too early an event changes nothing.
    case timer
    /// An advertisement was heard that ``Reception`` let through.
    case advertisement(Advertisement, from: IPAddress)
    /// Something outside changed: its name, and what it now does to the priority; none: nothing any more.
    case adjust(String, Adjustment?)
    /// Give the addresses to the peer as soon as it has taken over, and take them only if nobody else does.
    case handOver
    /// Take part as before the handover.
    case resume
    /// The operator decided anew; the router keeps its role. Version, identifier and family must be the same.
    case configure(Settings)
  }
}
