/// A configuration that was taken in: the answer of `POST /v1/reload`.
package struct ReloadRecord: Codable, Hashable, Sendable {
  /// The generation that now runs.
  package var generation: Int
  /// When it was taken in.
  package var loadedAt: Timestamp
  /// How many changes of the kernel's table were written for it.
  package var changes: Int
  /// What the kernel refused, a service each; nil: nothing.
  package var refusals: [String]?
  /// What the reader of the file warned of, with file, line and column.
  package var warnings: [String]

  /// Joins the parts.
  package init(
    generation: Int, loadedAt: Timestamp, changes: Int, refusals: [String]? = nil, warnings: [String] = []
  ) {
    self.generation = generation
    self.loadedAt = loadedAt
    self.changes = changes
    self.refusals = refusals
    self.warnings = warnings
  }
}
