/// The kernel's sync daemon, which keeps the peer's connection table like this one's.
package struct ConnectionSyncRecord: Codable, Hashable, Sendable {
  /// What a sync daemon does, by the kernel's names.
  package enum Role: String, Codable, Hashable, Sendable {
    /// It sends this director's connections.
    case master
    /// It receives the peer's.
    case backup
  }

  /// What it does; nil where it does not run.
  package var role: Role?
  /// The interface that it speaks on.
  package var interface: String
  /// Its syncid, which both directors share.
  package var id: UInt8

  /// Joins the parts.
  package init(role: Role? = nil, interface: String, id: UInt8) {
    self.role = role
    self.interface = interface
    self.id = id
  }
}
