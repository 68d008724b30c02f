/// Says when the journal is to hear again of what happens again and again: once a minute and kind, whoever does it.
struct Quiet<Kind: Hashable> {
  private static var pause: Int64 { 60_000_000_000 }

  private var reported: [Kind: Int64] = [:]

  /// Whether to report this one; the time is in nanoseconds.
  mutating func allows(_ kind: Kind, at now: Int64) -> Bool {
    if let last = reported[kind], now - last < Self.pause { return false }
    reported[kind] = now
    return true
  }
}
