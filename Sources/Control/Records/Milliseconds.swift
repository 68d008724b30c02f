/// A duration; in JSON a number of milliseconds, with a fraction where there is one.
package struct Milliseconds: Hashable, Sendable, Codable {
  /// The number.
  package var value: Double

  /// A duration, to the microsecond.
  package init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    value = Double(seconds) * 1000 + Double(attoseconds / 1_000_000_000_000) / 1000
  }

  /// Reads a number.
  package init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Double.self)
  }

  /// Writes a number.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
