import Model

/// The state machine counts in nanoseconds.
extension Instant {
  static func + (left: Instant, nanoseconds: Int64) -> Instant {
    left.advanced(by: .nanoseconds(nanoseconds))
  }

  static func - (left: Instant, right: Instant) -> Int64 {
    left.nanoseconds &- right.nanoseconds
  }
}
