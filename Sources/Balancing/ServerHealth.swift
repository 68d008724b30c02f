package import Model

/// What the checks of one server add up to: a state, and how many answers in a row speak against it.
package struct ServerHealth: Hashable, Sendable {
  /// Where the kernel had a server before anything was known of it.
  package enum Origin: Hashable, Sendable {
    /// Nowhere.
    case absent
    /// In the table without new connections.
    case silenced
    /// In service.
    case serving
  }

  /// Whether a server takes connections, and why not.
  package enum State: Hashable, Sendable {
    /// Nothing is known yet; it stays where the kernel had it.
    case unverified(Origin)
    /// It takes connections.
    case up
    /// It lives and takes connections, but the check needs credentials that it does not have: a status of 401 or 403.
    case misconfigured(status: Int)
    /// It answers, and takes no new connections: it is not ready, or about to end.
    case draining(ProbeFailure)
    /// It is out of service, and out of the table but for the peer's connections.
    case down(ProbeFailure)
  }

  /// A change of state, with its reason.
  package enum Transition: Hashable, Sendable {
    /// Its first check passed.
    case roseFirst
    /// So many checks in a row passed.
    case rose(after: Int)
    /// Nobody answered so many times in a row, or the drain of a server that ends is over.
    case fell(ProbeFailure, after: Int)
    /// It was never in service, and its first check failed.
    case failedFirst(ProbeFailure)
    /// It answered so many times in a row, and not as one that is ready.
    case becameUnready(ProbeFailure, after: Int)
    /// It says that it is shutting down.
    case beganShutdown
    /// Reachable, but it refuses to tell: an alarm, and no reason to take it out.
    case wantsCredentials(status: Int)
    /// It tells again.
    case acceptedCredentials
    /// The check cannot run, which says nothing of the server: an alarm, and no reason to take it out.
    case cannotBeChecked(String)
  }

  /// The state.
  package private(set) var state: State
  private var successes = 0
  private var failures = 0
  /// Of the failures in a row, the last ones in which nobody answered.
  private var silences = 0
  private var isUncheckable = false

  /// Starts with a server of which nothing is known but where the kernel has it.
  package init(_ origin: Origin) {
    state = .unverified(origin)
  }

  /// Whether it may take new connections.
  package var isServing: Bool {
    switch state {
    case .up, .misconfigured, .unverified(.serving): true
    case .unverified, .draining, .down: false
    }
  }

  /// Whether a check may still tell whether it could serve: none has, and none failed to run.
  package var isUnknown: Bool {
    if case .unverified = state { !isUncheckable } else { false }
  }

  /// Why it is out of service; nil where it is not, or nothing is known.
  package var failure: ProbeFailure? {
    switch state {
    case .draining(let failure), .down(let failure): failure
    case .unverified, .up, .misconfigured: nil
    }
  }

  /// Takes in the result of a check.
  ///
  /// - A server of which nothing is known comes in with its first success, and one that was nowhere stays out with its
  ///   first failure.
  /// - One in service goes down after `fall` checks in a row that nobody answered; after `fall` failures in a row of
  ///   another kind it answers, and drains. One that says that it is shutting down drains at once.
  /// - One that is out comes back after `rise` successes in a row.
  package mutating func record(_ result: ProbeResult, rise: Int, fall: Int) -> [Transition] {
    guard case .failed(let failure) = result else { return answered(status: nil, rise: rise) }
    switch failure.meaning {
    case .reserved(let status):
      // It answers, so it lives; what it would say is not known.
      return answered(status: status, rise: rise)
    case .nothing(let reason):
      if isUncheckable { return [] }
      isUncheckable = true
      return [.cannotBeChecked(reason)]
    case .silent:
      silences = min(silences + 1, fall)
      return failed(failure, fall: fall)
    case .unready, .leaving:
      silences = 0
      return failed(failure, fall: fall)
    }
  }

  /// The last connection of a draining server is gone, or its time is over.
  mutating func drained() {
    guard case .draining(let failure) = state else { return }
    become(.down(failure))
  }

  /// The kernel has it, without new connections, although it was to be out.
  mutating func wasPlaced() {
    switch state {
    // What was counted counts on.
    case .unverified(.absent): state = .unverified(.silenced)
    case .down(let failure): state = .draining(failure)
    case .unverified, .up, .misconfigured, .draining: break
    }
  }

  /// Another check asks from now on: what the former one counted does not count.
  mutating func beginAnew() {
    become(state)
    isUncheckable = false
  }

  private mutating func answered(status: Int?, rise: Int) -> [Transition] {
    isUncheckable = false
    failures = 0
    silences = 0
    var transitions: [Transition] = []
    var wasMisconfigured = false
    switch state {
    case .up: break
    case .misconfigured: wasMisconfigured = true
    case .unverified: transitions.append(.roseFirst)
    case .draining, .down:
      successes += 1
      guard successes >= rise else { return [] }
      transitions.append(.rose(after: rise))
    }
    if let status {
      become(.misconfigured(status: status))
      if !wasMisconfigured { transitions.append(.wantsCredentials(status: status)) }
    } else {
      become(.up)
      if wasMisconfigured { transitions.append(.acceptedCredentials) }
    }
    return transitions
  }

  private mutating func failed(_ failure: ProbeFailure, fall: Int) -> [Transition] {
    isUncheckable = false
    successes = 0
    failures = min(failures + 1, fall)
    switch state {
    case .down:
      // The latest reason is the one that an operator wants to see.
      become(.down(failure))
      return []
    case .unverified(.absent):
      become(.down(failure))
      return [.failedFirst(failure)]
    case .up, .misconfigured, .unverified, .draining:
      if silences >= fall {
        become(.down(failure))
        return [.fell(failure, after: fall)]
      }
    }
    if case .draining(let former) = state {
      if former == .shuttingDown { return [] }
      state = .draining(failure)
      return failure == .shuttingDown ? [.beganShutdown] : []
    }
    if failure == .shuttingDown {
      state = .draining(failure)
      return [.beganShutdown]
    }
    guard failures >= fall else { return [] }
    state = .draining(failure)
    return [.becameUnready(failure, after: fall)]
  }

  private mutating func become(_ next: State) {
    state = next
    successes = 0
    failures = 0
    silences = 0
  }
}
