/// Durations as people write them: `800ms`, `1.5s`, `1m30s`; milliseconds are the finest.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Reads numbers with units, the larger units first, each once.
  static func read(_ text: String) throws(Problem) -> Duration {
    let expected = "a duration such as 800ms"
    if text.hasPrefix("-"), text.utf8.count > 1 { throw .negative(text) }
    var rest = text.utf8[...]
    var total: Int64 = 0
    var allowed = units[...]
    repeat {
      let whole = rest.prefix(while: \.isDigit)
      rest = rest[whole.endIndex...]
      var fraction = rest[rest.startIndex..<rest.startIndex]
      if rest.first == UInt8(ascii: ".") {
        fraction = rest.dropFirst().prefix(while: \.isDigit)
        guard !fraction.isEmpty else { throw .malformed(text, expected: expected) }
        rest = rest[fraction.endIndex...]
      }
      guard !whole.isEmpty else { throw .malformed(text, expected: expected) }
      let unit = rest.prefix { !$0.isDigit }
      if unit.isEmpty { throw .noUnit(text) }
      guard let index = allowed.firstIndex(where: { $0.name.utf8.elementsEqual(unit) }) else {
        throw .malformed(text, expected: expected, hint: "units are ms, s, m and h, the larger ones first")
      }
      rest = rest[unit.endIndex...]
      guard let part = milliseconds(whole, fraction, unit: allowed[index].milliseconds) else {
        throw whole.count > longest
          ? .outOfRange(text, "at most \(longest) digits") : .notMultiple(text, of: "1ms")
      }
      total += part
      allowed = allowed[(index + 1)...]
    } while !rest.isEmpty
    return .milliseconds(total)
  }

  /// So many digits before the point, and three after it: four of these in hours are still no overflow.
  private static let longest = 11

  private static func milliseconds(
    _ whole: Substring.UTF8View, _ fraction: Substring.UTF8View, unit: Int64
  ) -> Int64? {
    func number(_ digits: Substring.UTF8View) -> Int64 {
      digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
    guard whole.count <= longest, fraction.count <= 3 else { return nil }
    let scale: Int64 = [1, 10, 100, 1000][fraction.count]
    let (part, remainder) = (number(fraction) * unit).quotientAndRemainder(dividingBy: scale)
    return remainder == 0 ? number(whole) * unit + part : nil
  }

  /// A text that says the same, as in `1h30m` or `40.95s`; what is finer than a millisecond is lost.
  static func write(_ duration: Duration) -> String {
    let (seconds, milliseconds) = duration.milliseconds.quotientAndRemainder(dividingBy: 1000)
    if seconds == 0 { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
    var text = seconds >= 3600 ? "\(seconds / 3600)h" : ""
    if seconds % 3600 >= 60 { text += "\(seconds % 3600 / 60)m" }
    guard seconds % 60 > 0 || milliseconds > 0 else { return text }
    // With a digit in front, the leading zeros of the fraction stay.
    var fraction = milliseconds > 0 ? ".\(String(milliseconds + 1000).dropFirst())" : ""
    while fraction.last == "0" { fraction.removeLast() }
    return "\(text)\(seconds % 60)\(fraction)s"
  }
}

extension Duration {
  /// Its whole milliseconds; the configuration has no finer durations, nor any that would overflow.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
