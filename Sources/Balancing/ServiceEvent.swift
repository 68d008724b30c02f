package import Model

/// What changed in a service, and why.
package enum ServiceEvent: Hashable, Sendable {
  /// Why a server that left is out of the table now.
  package enum DrainEnd: Hashable, Sendable {
    /// Its last connection ended.
    case noConnections
    /// Its time to drain was over.
    case deadline
  }

  /// What is done when no server is left.
  package enum Remedy: Hashable, Sendable {
    /// These stay in service.
    case kept([Endpoint])
    /// This one takes over.
    case fallback(Endpoint)
    /// New connections are refused.
    case refused
  }

  /// The checks of a server say something new.
  case server(Endpoint, ServerHealth.Transition)
  /// The operator takes a server out.
  case maintenanceBegan(Endpoint)
  /// The operator gives a server back.
  case maintenanceEnded(Endpoint)
  /// The configuration has a server no more.
  case removed(Endpoint)
  /// The configuration has a server again that had not left yet.
  case returned(Endpoint)
  /// A server that drained has left.
  case drained(Endpoint, DrainEnd)
  /// The last server that was in service failed, or after a start none could come into service.
  case allFailed(Remedy)
  /// A server is in service again.
  case recovered
  /// Fewer servers are in service than the quorum.
  case quorumLost(serving: Int, quorum: Int)
  /// Enough servers are in service again.
  case quorumRegained(serving: Int, quorum: Int)
}
