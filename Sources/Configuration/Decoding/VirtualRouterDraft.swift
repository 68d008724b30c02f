internal import Model

/// A virtual router as it was read, with the places that a later problem may be about.
struct VirtualRouterDraft {
  var configuration: VirtualRouterConfiguration
  var name: SourcePosition
  var interface: SourcePosition
  var id: SourcePosition
  /// One for each address, each peer, each service and each tracked interface.
  var addresses: [SourcePosition]
  var peers: [SourcePosition]
  var services: [SourcePosition]
  var interfaces: [SourcePosition]
  var group: SourcePosition
}
