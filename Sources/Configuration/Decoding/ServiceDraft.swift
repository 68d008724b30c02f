internal import Model

/// A service as it was read, with the places that a later problem may be about.
struct ServiceDraft {
  var configuration: ServiceConfiguration
  var name: SourcePosition
  var address: SourcePosition
  /// One for each server.
  var servers: [SourcePosition]
  var fallback: SourcePosition
}
