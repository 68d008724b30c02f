package import Model

/// What one probe found, and how long it took to find it.
package struct ProbeReport: Hashable, Sendable {
  /// What the probe found.
  package var result: ProbeResult
  /// How long the phases took that were completed.
  package var timings: PhaseTimings

  /// Joins a result and its timings.
  package init(_ result: ProbeResult, timings: PhaseTimings = PhaseTimings()) {
    self.result = result
    self.timings = timings
  }
}
