/// Whether a director that came back knows its peer's connections by now, so that it may take the addresses back.
///
/// The kernel's sync sends no table to a director that comes back: it learns each connection when the peer tells of it
/// again, once in a refresh period while packets come. How many the peer has cannot be asked. But while connections are
/// missing, each period brings some: once a whole period has brought next to none, what is still missing is silent, and
/// waiting would not bring it.
package struct WarmUp: Hashable, Sendable {
  /// How long a period must bring next to nothing.
  private let period: Duration
  /// How long it may take altogether: a busy service never ceases to make new connections.
  private let limit: Duration
  private let start: Duration
  private var best = 0
  private var grewAt: Duration
  /// Whether it has ended.
  package private(set) var isOver = false

  /// Begins.
  ///
  /// - Parameters:
  ///   - now: the time since a fixed moment.
  ///   - refreshPeriod: how often the peer tells of a connection again; its buffers take up to 3 s more.
  package init(at now: Duration, refreshPeriod: Duration) {
    period = refreshPeriod + .seconds(3)
    limit = period * 10
    start = now
    grewAt = now
  }

  /// Takes in how many of the peer's connections are known.
  ///
  /// - Returns: whether it has just ended.
  package mutating func observe(_ count: Int, at now: Duration) -> Bool {
    guard !isOver else { return false }
    // One in a hundred is what comes and goes.
    if count > best + best / 100 {
      best = count
      grewAt = now
    }
    isOver = now - grewAt >= period || now - start >= limit
    return isOver
  }
}
