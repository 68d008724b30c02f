/// What somebody may have meant by a word that is not known.
enum Suggestion {
  /// The known word that is nearest to the given one, if it is near enough to be a slip of the fingers.
  static func nearest(to word: String, among known: [String]) -> String? {
    let typed = Array(word.lowercased().utf8)
    guard (1...40).contains(typed.count) else { return nil }
    // The names of a thousand services are a choice; more would take time that nobody waits for.
    let ranked = known.prefix(1000).map { (word: $0, distance: distance(typed, Array($0.lowercased().utf8))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    let longer = max(typed.count, best.word.utf8.count)
    return best.distance <= max(1, longer / 3) && best.distance < longer ? best.word : nil
  }

  /// How many bytes must be inserted, deleted, replaced or swapped with their neighbour.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var row = [i + 1]
      for (j, other) in right.enumerated() {
        var cost = min(row[j], last[j + 1]) + 1
        cost = min(cost, last[j] + (byte == other ? 0 : 1))
        if i > 0, j > 0, byte == right[j - 1], left[i - 1] == other {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
