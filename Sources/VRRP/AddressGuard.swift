/// How often a router puts back what somebody takes from it, before it lets go for a while.
///
/// Whoever deletes an address once made a mistake. Who does it again and again is another program that believes the
/// interface to be its own, and a router that fights it serves nobody: the peer may. Each further fight makes it let go
/// for twice as long, until there was peace. All times are in nanoseconds.
package struct AddressGuard: Sendable {
  private static let window: Int64 = 10_000_000_000
  private static let limit = 5
  /// What follows so soon is the same incident: one command deletes many addresses, or one again and again until it gives
  /// up (ip-address(8), flush).
  private static let incident: Int64 = 250_000_000
  private static let firstPause: Int64 = 10_000_000_000
  /// It is also how long a peace has to be.
  private static let longestPause: Int64 = 300_000_000_000

  private var repairs: [Int64] = []
  private var pause = AddressGuard.firstPause
  /// Since when there is peace; nil: there was nothing else.
  private var peaceSince: Int64?
  /// Until when the router lets go; nil: it does not.
  package private(set) var pausedUntil: Int64?

  /// Nothing has happened yet.
  package init() {}

  /// Notes a repair: those of more than five incidents in ten seconds are too many.
  package mutating func repaired(at now: Int64) {
    if let last = repairs.last, now - last < Self.incident { return }
    forgive(at: now)
    peaceSince = now
    repairs = repairs.filter { now - $0 < Self.window } + [now]
    if repairs.count > Self.limit { letGo(at: now) }
  }

  /// Notes that the kernel refuses an address: without it there is nothing to be Active with.
  ///
  /// While it lets go already, that is no other fight: the rest of its addresses are refused as well.
  package mutating func letGo(at now: Int64) {
    if let pausedUntil, pausedUntil > now { return }
    forgive(at: now)
    pausedUntil = now + pause
    peaceSince = pausedUntil
    pause = min(pause * 2, Self.longestPause)
  }

  /// Ends a pause that has passed.
  package mutating func resume(at now: Int64) {
    if let until = pausedUntil, until <= now { pausedUntil = nil }
  }

  private mutating func forgive(at now: Int64) {
    if let peaceSince, now - peaceSince > Self.longestPause { pause = Self.firstPause }
  }
}
