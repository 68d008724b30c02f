/// A real server of a service.
package struct ServerRecord: Codable, Hashable, Sendable {
  /// Whether a server takes connections.
  package enum State: String, Codable, Hashable, Sendable {
    /// It takes connections.
    case up
    /// It takes no new ones and keeps those that it has.
    case draining
    /// Its checks fail: it is out of the table.
    case down
    /// No check has told yet.
    case unverified
    /// The operator took it out.
    case maintenance
    /// It lives, but its check is not allowed to ask (401, 403): it takes connections.
    case misconfigured
  }

  /// `10.0.0.11:6443`.
  package var address: String
  /// Whether it takes connections.
  package var state: State
  /// Why it is in this state; nil where nothing is wrong.
  package var reason: String?
  /// When it came into this state.
  package var since: Timestamp
  /// The weight that the configuration gives it.
  package var configuredWeight: UInt32
  /// The weight that it has in the kernel's table; nil where it is not in it.
  package var kernelWeight: UInt32?
  /// Established connections; nil where it is not in the kernel's table.
  package var activeConnections: UInt32?
  /// Connections that are opening or closing; nil where it is not in the kernel's table.
  package var inactiveConnections: UInt32?
  /// What the last check found; nil before the first, and where nothing is checked.
  package var lastCheck: CheckRecord?

  /// Joins the parts.
  package init(
    address: String, state: State, reason: String? = nil, since: Timestamp, configuredWeight: UInt32,
    kernelWeight: UInt32? = nil, activeConnections: UInt32? = nil, inactiveConnections: UInt32? = nil,
    lastCheck: CheckRecord? = nil
  ) {
    self.address = address
    self.state = state
    self.reason = reason
    self.since = since
    self.configuredWeight = configuredWeight
    self.kernelWeight = kernelWeight
    self.activeConnections = activeConnections
    self.inactiveConnections = inactiveConnections
    self.lastCheck = lastCheck
  }
}
