package import Model

/// Which of the virtual addresses are on this director, and since when; the peer may have the others.
///
/// What comes to an address that has just come here may belong to a connection that the peer's word is still to tell of:
/// for a time such an address is not settled.
package struct HeldAddresses<Router: Hashable & Sendable>: Sendable {
  /// From a takeover to the end of what came with it, such as a handshake that began by way of the peer: its word of the
  /// connection and its client's next try come within this time.
  package static var settling: Duration { .seconds(2) }

  private var routers: [Router: Set<IPAddress>] = [:]
  private var active: Set<Router> = []
  private var failed: Set<Router> = []
  /// nil: they were nobody's before.
  private var since: [IPAddress: Duration?] = [:]

  /// Nothing floats.
  package init() {}

  /// Whether there are virtual routers.
  package var hasRouters: Bool { !routers.isEmpty }

  /// Whether something keeps a router from taking part, so that the peer's word may not reach this host.
  package var hasFailed: Bool { !failed.isEmpty }

  /// What this director is to the connection sync.
  package var role: SyncPolicy.Role { hasRouters && active.isEmpty ? .backup : .active }

  /// Those that are here.
  package var here: Set<IPAddress> { Set(since.keys) }

  /// Those that the peer may have.
  package var elsewhere: Set<IPAddress> { Set(routers.values.joined()).subtracting(here) }

  /// Those that have settled.
  ///
  /// - Parameter now: the time since a fixed moment, as in all that follows.
  /// - Returns: those that are here for so long that a segment of no known connection is one of none.
  package func settled(at now: Duration) -> Set<IPAddress> {
    Set(since.filter { $0.value.map { now - $0 >= Self.settling } ?? true }.keys)
  }

  /// Those that have not.
  ///
  /// - Parameter now: the time.
  /// - Returns: those of which the peer may tell connections: it has them, or had them just now.
  package func unsettled(at now: Duration) -> Set<IPAddress> {
    Set(routers.values.joined()).subtracting(settled(at: now))
  }

  /// Those that have come from the peer, and so lately that a connection may matter that it has told nobody of.
  ///
  /// - Parameter now: the time.
  /// - Returns: those that are here for no longer than a connection lasts on which nobody speaks (15 minutes).
  package func inherited(at now: Duration) -> Set<IPAddress> {
    Set(since.filter { $0.value.map { now - $0 < .seconds(900) } ?? false }.keys)
  }

  /// Whether a router holds its addresses here.
  package func isActive(_ router: Router) -> Bool { active.contains(router) }

  /// Takes over the routers of a configuration with their addresses; one that stays keeps its role.
  ///
  /// What an Active router gets by it nobody had before: it is settled at once.
  package mutating func configure(_ routers: [Router: Set<IPAddress>]) {
    self.routers = routers
    active.formIntersection(routers.keys)
    failed.formIntersection(routers.keys)
    note(since: nil)
  }

  /// Follows a router's change of role.
  ///
  /// - Parameters:
  ///   - router: the router.
  ///   - isActive: whether its addresses are here now.
  ///   - hasFailed: whether something keeps it from taking part.
  ///   - now: the time.
  /// - Returns: whether the peer's word may have been lost: it has failed, or had until now.
  package mutating func follow(
    _ router: Router, isActive: Bool, hasFailed: Bool, at now: Duration
  ) -> Bool {
    if isActive { active.insert(router) } else { active.remove(router) }
    let had = failed.remove(router) != nil
    if hasFailed { failed.insert(router) }
    note(since: now)
    return hasFailed || had
  }

  private mutating func note(since now: Duration?) {
    let here = Set(active.flatMap { routers[$0] ?? [] })
    since = since.filter { here.contains($0.key) }
    for address in here where since[address] == nil { since.updateValue(now, forKey: address) }
  }
}
