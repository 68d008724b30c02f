internal import Control

/// What other threads want of the virtual routers.
enum RouterCommand: Sendable {
  /// A service of this name has its quorum, or has not.
  case service(String, hasQuorum: Bool)
  /// This director knows its peer's connections, or is still learning them: until then it takes no addresses from a
  /// peer that has them.
  case connections(areKnown: Bool)
  /// A script of this router succeeds, or fails.
  case script(String, of: String, succeeds: Bool)
  /// Give the addresses of this router to the peer, or those of all routers.
  case handOver(String?)
  /// Take part again as before.
  case resume(String?)
  /// Be what a new configuration says, for which interfaces have been prepared; routers that it does not change do not
  /// notice.
  case configure([[RouterSetup]], VirtualMACKeeper.Outcome)
  /// The interfaces with virtual MAC addresses are ready, or why not.
  case devices(VirtualMACKeeper.Outcome)
  /// Tell how all routers are, in the configuration's order.
  case status(@Sendable ([RouterRecord]) -> Void)
  /// The same, once no router waits for the successor that it gives its addresses to.
  case statusOnceSettled(@Sendable ([RouterRecord]) -> Void)
  /// Give all addresses to the peer, and end.
  case stop
}
