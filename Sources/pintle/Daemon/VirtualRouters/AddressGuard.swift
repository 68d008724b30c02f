/// How often a router puts back what somebody takes from it, before it lets go for a while.
///
/// Whoever deletes an address once made a mistake. Who does it again and again is another program that believes the
/// interface to be its own, and a router that fights it serves nobody: the peer may.
struct AddressGuard {
  private static let window: Int64 = 10_000_000_000
  private static let limit = 5
  private static let firstPause: Int64 = 10_000_000_000
  private static let longestPause: Int64 = 300_000_000_000

  private var repairs: [Int64] = []
  private var pause = AddressGuard.firstPause
  /// Until when the router lets go, in nanoseconds; nil: it does not.
  private(set) var pausedUntil: Int64?

  /// Notes a repair: more than five in ten seconds are too many.
  mutating func repaired(at now: Int64) {
    if let last = repairs.last, now - last > Self.longestPause { pause = Self.firstPause }
    repairs = repairs.filter { now - $0 < Self.window } + [now]
    if repairs.count > Self.limit { letGo(at: now) }
  }

  /// Notes that the kernel refuses an address: without it there is nothing to be Active with.
  mutating func letGo(at now: Int64) {
    pausedUntil = now + pause
    pause = min(pause * 2, Self.longestPause)
  }

  /// Ends a pause that has passed.
  mutating func resume(at now: Int64) {
    if let until = pausedUntil, until <= now { pausedUntil = nil }
  }
}
