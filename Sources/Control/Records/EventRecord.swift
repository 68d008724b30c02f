/// One thing that happened: a line of `GET /v1/events`.
package struct EventRecord: Codable, Hashable, Sendable {
  /// Counts up from 1 with every event since the daemon started; a gap is what a slow reader missed.
  package var sequence: UInt64
  /// When it happened.
  package var time: Timestamp
  /// What sort of thing it is: `server-down`.
  package var kind: String
  /// How much it matters: `debug`, `info`, `notice`, `warning`, `error` or `critical`.
  package var level: String
  /// One sentence for an operator.
  package var message: String
  /// What programs look for, by the names of the journal's fields: `PINTLE_SERVICE`.
  package var fields: [String: String]

  /// Joins the parts.
  package init(
    sequence: UInt64, time: Timestamp, kind: String, level: String, message: String, fields: [String: String]
  ) {
    self.sequence = sequence
    self.time = time
    self.kind = kind
    self.level = level
    self.message = message
    self.fields = fields
  }
}
