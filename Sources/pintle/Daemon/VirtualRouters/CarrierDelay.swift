/// A carrier that counts as gone, or as back, only when it has been so for a while.
struct CarrierDelay {
  /// What counts.
  private(set) var hasCarrier: Bool
  private var changedAt: Int64?

  /// Begins with what is.
  init(_ hasCarrier: Bool) {
    self.hasCarrier = hasCarrier
  }

  /// Takes in what is now, in nanoseconds; the delay is in nanoseconds as well.
  mutating func observe(_ isRunning: Bool, at now: Int64, delay: Int64) {
    guard isRunning != hasCarrier else {
      changedAt = nil
      return
    }
    let since = changedAt ?? now
    if now - since >= delay {
      hasCarrier = isRunning
      changedAt = nil
    } else {
      changedAt = since
    }
  }

  /// When to look again; nil: nothing is about to change.
  func deadline(delay: Int64) -> Int64? {
    changedAt.map { $0 + delay }
  }
}
