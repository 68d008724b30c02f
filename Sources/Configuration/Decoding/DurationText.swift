/// Durations as people write them: `800ms`, `1.5s`, `1m30s`; milliseconds are the finest.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Reads numbers with units, the larger units first, each once.
  static func read(_ text: String) throws(Problem) -> Duration {
    let expected = "a duration such as 800ms"
    if text.hasPrefix("-"), text.utf8.count > 1 { throw .outOfRange(text, "no duration is negative") }
    var rest = text.utf8[...]
    var total: Int64 = 0
    var allowed = units[...]
    repeat {
      let whole = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest[whole.endIndex...]
      var fraction = rest[rest.startIndex..<rest.startIndex]
      if rest.first == UInt8(ascii: ".") {
        fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
        guard !fraction.isEmpty else { throw .malformed(text, expected: expected) }
        rest = rest[fraction.endIndex...]
      }
      guard !whole.isEmpty else { throw .malformed(text, expected: expected) }
      let unit = rest.prefix { !(0x30...0x39).contains($0) }
      if unit.isEmpty { throw .noUnit(text) }
      guard let index = allowed.firstIndex(where: { $0.name.utf8.elementsEqual(unit) }) else {
        throw .malformed(text, expected: expected, hint: "units are ms, s, m and h, the larger ones first")
      }
      rest = rest[unit.endIndex...]
      guard let part = milliseconds(whole, fraction, unit: allowed[index].milliseconds) else {
        throw .outOfRange(text, "up to a hundred million hours, in whole milliseconds")
      }
      total += part
      allowed = allowed[(index + 1)...]
    } while !rest.isEmpty
    return .milliseconds(total)
  }

  /// At most eleven digits before the point and three after it, so that nothing overflows.
  private static func milliseconds(
    _ whole: Substring.UTF8View, _ fraction: Substring.UTF8View, unit: Int64
  ) -> Int64? {
    func number(_ digits: Substring.UTF8View) -> Int64 {
      digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
    guard whole.count <= 11, fraction.count <= 3 else { return nil }
    let scale: Int64 = [1, 10, 100, 1000][fraction.count]
    let (part, remainder) = (number(fraction) * unit).quotientAndRemainder(dividingBy: scale)
    return remainder == 0 ? number(whole) * unit + part : nil
  }

  /// The shortest text that says the same; what is finer than a millisecond is lost.
  static func write(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    var text = ""
    for unit in units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text.isEmpty ? "0s" : text
  }
}
