internal import Configuration
internal import Control

/// The configuration that runs, and what became of the last attempt to replace it.
struct Generation {
  /// What the operator asked for.
  let configuration: DirectorConfiguration
  /// Counts the configurations since the start; 1 is that of the start.
  let number: Int
  /// When this one was taken in.
  let loadedAt: Timestamp
  /// When a reload was last asked for, and why the old configuration stayed; nil before the first.
  var lastReload: (time: Timestamp, refusal: ConfigurationRefusal?)?

  /// The configuration of the start.
  init(_ configuration: DirectorConfiguration) {
    self.configuration = configuration
    number = 1
    loadedAt = .now
  }

  /// The configuration that replaces another one.
  init(_ configuration: DirectorConfiguration, after former: Generation) {
    self.configuration = configuration
    number = former.number + 1
    loadedAt = .now
    lastReload = (loadedAt, nil)
  }
}
