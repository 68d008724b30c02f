package import Model

/// Notices when somebody undoes the same change of the kernel's table again and again, and gives way more and more: two
/// that both think the table theirs would otherwise fight over it for ever, and clients would lose connections by it.
package struct Contest: Sendable {
  /// So often the same change is repaired at once.
  package static let patience = 5
  /// A repair that lies further back than this is forgotten, in seconds.
  package static let memory = Duration.seconds(60)
  /// The first pause, and the longest; each is twice the one before.
  package static let pauses = Duration.seconds(4)...Duration.seconds(60)

  private struct Repair {
    var count: Int
    var last: Instant
  }

  private var repairs: [TableChange: Repair] = [:]
  private var pause: Duration?
  private var resumption = Instant(nanoseconds: .min)

  /// Begins in peace.
  package init() {}

  /// Whether somebody fights back.
  package var isOn: Bool { pause != nil }

  /// Whether a difference may be repaired now.
  package func mayRepair(at now: Instant) -> Bool { now >= resumption }

  /// Takes note of repairs that were made.
  ///
  /// - Returns: how long nothing is repaired from now on, where somebody fights back; nil: there is peace.
  package mutating func note(_ changes: [TableChange], at now: Instant) -> Duration? {
    forget(at: now)
    var isRepeated = false
    for change in changes {
      let count = (repairs[change]?.count ?? 0) + 1
      repairs[change] = Repair(count: count, last: now)
      isRepeated = isRepeated || count > Self.patience
    }
    guard isRepeated else { return nil }
    let next = pause.map { min($0 * 2, Self.pauses.upperBound) } ?? Self.pauses.lowerBound
    pause = next
    resumption = now.advanced(by: next)
    return next
  }

  /// Takes note that there was nothing to repair.
  ///
  /// - Returns: whether a fight is over by that.
  package mutating func rest(at now: Instant) -> Bool {
    if repairs.isEmpty { return false }
    forget(at: now)
    guard repairs.isEmpty, pause != nil else { return false }
    pause = nil
    return true
  }

  private mutating func forget(at now: Instant) {
    // Across a pause it must still know what came before.
    let memory = Self.memory + (pause ?? .zero)
    repairs = repairs.filter { $0.value.last.duration(to: now) <= memory }
  }
}
