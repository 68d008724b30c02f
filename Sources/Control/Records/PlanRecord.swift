/// What a configuration would change in the kernel's table: the answer of `POST /v1/plan`.
package struct PlanRecord: Codable, Hashable, Sendable {
  /// One change of the table.
  package struct Change: Codable, Hashable, Sendable {
    /// What is done to a service or a server.
    package enum Action: String, Codable, Hashable, Sendable {
      /// It is new.
      case add
      /// It is there, and gets other settings.
      case edit
      /// It goes.
      case delete
    }

    /// What is done.
    package var action: Action
    /// The service: `tcp 10.0.0.250:6443`.
    package var service: String
    /// The server, `10.0.0.11:6443`; nil where the service itself changes.
    package var server: String?
    /// The change as a person reads it, in one line.
    package var text: String

    /// Joins the parts.
    package init(_ action: Action, service: String, server: String? = nil, text: String) {
      self.action = action
      self.service = service
      self.server = server
      self.text = text
    }
  }

  /// The changes in the order in which they would be written; none where the table is right.
  package var changes: [Change]

  /// Joins the parts.
  package init(changes: [Change]) {
    self.changes = changes
  }
}
