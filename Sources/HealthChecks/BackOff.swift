/// Waits that double from a shortest to a longest one.
struct BackOff {
  private let shortest: Duration
  private let longest: Duration
  private var wait: Duration

  /// Begins with the shortest.
  init(from shortest: Duration, to longest: Duration) {
    self.shortest = shortest
    self.longest = longest
    wait = shortest
  }

  /// How long to wait this time.
  mutating func next() -> Duration {
    defer { wait = min(wait * 2, longest) }
    return wait
  }

  /// Begins again with the shortest.
  mutating func reset() {
    wait = shortest
  }
}
