package import Model

/// What is known of one server's health: a state, and how many answers in a row speak against it.
package struct ServerHealth: Hashable, Sendable {
  /// Whether a server takes connections, and why not.
  package enum State: Hashable, Sendable {
    /// Nothing is known yet. `wasServing`: the kernel had it in service, where it stays until it fails.
    case unverified(wasServing: Bool)
    case up
    case down(ProbeFailure)
  }

  /// A change of state.
  package enum Transition: Hashable, Sendable {
    case roseFirst
    case rose(after: Int)
    case fell(ProbeFailure, after: Int)
    /// It was never in service, and its first check failed.
    case failedFirst(ProbeFailure)
    /// Reachable, but it refuses to tell: an alarm, and no reason to take it out.
    case wantsCredentials(status: Int)
  }

  /// The state.
  package private(set) var state: State
  /// Answers in a row that speak against the state.
  private var streak = 0
  private var wantsCredentials = false

  /// Starts with a server of which nothing is known but whether the kernel has it in service.
  package init(wasServing: Bool) {
    state = .unverified(wasServing: wasServing)
  }

  /// Whether it takes connections.
  package var isServing: Bool {
    switch state {
    case .up, .unverified(wasServing: true): true
    case .down, .unverified(wasServing: false): false
    }
  }

  /// Takes in the result of a check.
  ///
  /// A server of which nothing is known comes in with its first success. A server in service falls after `fall`
  /// failures in a row; one that is down comes back after `rise` successes in a row.
  package mutating func record(_ result: ProbeResult, rise: Int, fall: Int) -> [Transition] {
    var alarm: Transition?
    let transition: Transition?
    switch result {
    case .failed(.unauthorized(let status)):
      // It answers, so it lives; what it would say is not known.
      if !wantsCredentials { alarm = .wantsCredentials(status: status) }
      wantsCredentials = true
      transition = recordSuccess(rise: rise)
    case .healthy:
      wantsCredentials = false
      transition = recordSuccess(rise: rise)
    case .failed(let failure):
      wantsCredentials = false
      transition = recordFailure(failure, fall: fall)
    }
    return [transition, alarm].compactMap { $0 }
  }

  private mutating func recordSuccess(rise: Int) -> Transition? {
    switch state {
    case .up:
      streak = 0
      return nil
    case .unverified:
      become(.up)
      return .roseFirst
    case .down:
      streak += 1
      guard streak >= rise else { return nil }
      become(.up)
      return .rose(after: rise)
    }
  }

  private mutating func recordFailure(_ failure: ProbeFailure, fall: Int) -> Transition? {
    switch state {
    case .down:
      // The latest reason is the one that an operator wants to see.
      become(.down(failure))
      return nil
    case .unverified(wasServing: false):
      become(.down(failure))
      return .failedFirst(failure)
    case .up, .unverified(wasServing: true):
      streak += 1
      guard streak >= fall else { return nil }
      become(.down(failure))
      return .fell(failure, after: fall)
    }
  }

  private mutating func become(_ next: State) {
    state = next
    streak = 0
  }
}
