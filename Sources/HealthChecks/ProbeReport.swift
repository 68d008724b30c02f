package import Model

/// What one probe found, and how long it took to find it.
package struct ProbeReport: Hashable, Sendable {
  /// What the probe found.
  package var result: ProbeResult
  /// How long the phases took that were completed.
  package var timings: PhaseTimings
  /// The weight that a healthy server wants, 0 to 65535; nil: the one that is configured.
  package var weight: UInt32?

  /// Joins a result and its timings.
  package init(_ result: ProbeResult, timings: PhaseTimings = PhaseTimings(), weight: UInt32? = nil) {
    self.result = result
    self.timings = timings
    self.weight = weight
  }
}
