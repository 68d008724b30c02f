internal import VRRP

/// Counts what is not believed.
struct RejectionCounter {
  /// How many there were of each kind.
  private(set) var counts: [Rejection.Label: UInt64] = [:]
  private var quiet = Quiet<Rejection.Label>()

  /// Counts one, and answers whether to report it.
  mutating func count(_ label: Rejection.Label, at now: Int64) -> Bool {
    counts[label, default: 0] += 1
    return quiet.allows(label, at: now)
  }
}
