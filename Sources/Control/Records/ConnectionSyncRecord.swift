/// The kernel's sync daemons, which keep the peer's connection table like this one's.
package struct ConnectionSyncRecord: Codable, Hashable, Sendable {
  /// What a sync daemon does, by the kernel's names.
  package enum Role: String, Codable, Hashable, Sendable {
    /// It sends this director's connections.
    case master
    /// It receives the peer's.
    case backup
  }

  /// What those that run do; both, where this director is no server of its own.
  package var roles: [Role]
  /// The interface that they speak on.
  package var interface: String
  /// Their syncid, which both directors share.
  package var id: UInt8

  /// Joins the parts.
  package init(roles: [Role] = [], interface: String, id: UInt8) {
    self.roles = roles
    self.interface = interface
    self.id = id
  }
}
