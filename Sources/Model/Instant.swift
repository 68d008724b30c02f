/// A point on the caller's monotonic clock, to the nanosecond; only differences have a meaning.
public struct Instant: InstantProtocol, Hashable, Sendable {
  /// Nanoseconds since the clock's own beginning, for example CLOCK_MONOTONIC's.
  public var nanoseconds: Int64

  /// Makes a point of the nanoseconds since the clock's beginning.
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The point that lies this much later; what the clock cannot show is its last or its first point.
  public func advanced(by duration: Duration) -> Instant {
    let step = Int64(clamping: duration.attoseconds / 1_000_000_000)
    let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
    return Instant(nanoseconds: overflow ? (step > 0 ? .max : .min) : sum)
  }

  /// How much later the other point is.
  public func duration(to other: Instant) -> Duration {
    .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
  }

  /// Earlier than.
  public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}
