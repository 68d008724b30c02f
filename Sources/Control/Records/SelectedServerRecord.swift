/// A server that was drained or given back, in one of its services.
package struct SelectedServerRecord: Codable, Hashable, Sendable {
  /// The service's name.
  package var service: String
  /// The server: `10.0.0.11:6443`.
  package var server: String

  /// Joins the two.
  package init(service: String, server: String) {
    self.service = service
    self.server = server
  }
}
