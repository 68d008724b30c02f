package import Model

/// One server of a service: what is configured of it, what its checks say, and what the operator wants with it.
package struct BalancedServer: Hashable, Sendable {
  /// How far the farewell of a server is that leaves.
  package enum Drain: Hashable, Sendable {
    /// It keeps its connections until then at the latest.
    case until(Instant)
    /// It has left.
    case over
  }

  /// How many steps a slow start has at most.
  private static let longestRamp: UInt32 = 32

  /// The server as it is configured.
  package internal(set) var server: RealServer
  /// What its checks say.
  package internal(set) var health: ServerHealth
  /// Whether the operator took it out.
  package internal(set) var isInMaintenance = false
  /// Whether the configuration has it no more.
  package internal(set) var isRemoved = false
  /// How far its farewell is; nil: it does not leave.
  package internal(set) var drain: Drain?
  /// The weight that its check asks for; nil: the configured one.
  package internal(set) var checkWeight: UInt32?
  /// Since when it takes connections again, while it has not reached its weight.
  var rampBegan: Instant?
  /// Whether it joined a service that was at work: its first connections come slowly, too.
  var isNewcomer = false
  /// Whether it was ever in service.
  var hasServed: Bool

  init(_ server: RealServer, origin: ServerHealth.Origin) {
    self.server = server
    health = ServerHealth(origin)
    hasServed = origin == .serving
  }

  /// Whether nothing speaks against new connections to it.
  var isServing: Bool { health.isServing && !isInMaintenance && !isRemoved }

  /// Whether it takes new connections: one of weight 0 gets none, whatever its state.
  package var takesConnections: Bool { isServing && fullWeight > 0 }

  /// Whether it may take connections once a check tells that it can serve.
  var isUnknown: Bool { health.isUnknown && !isInMaintenance && !isRemoved && fullWeight > 0 }

  /// Whether its connections are lost whatever is done: nobody answers there.
  package var isDead: Bool {
    guard case .down(let failure) = health.state, case .silent = failure.meaning else { return false }
    return true
  }

  /// Whether it leaves for good, or for as long as the operator wants, and has a time to do so.
  var isLeaving: Bool { isRemoved || isInMaintenance || health.state == .draining(.shuttingDown) }

  /// Its weight in the table at a time; nil: it is not in the table.
  func weight(at now: Instant, slowStart: Duration) -> UInt32? {
    switch health.state {
    case .down, .unverified(.absent): return nil
    case .up, .misconfigured, .draining, .unverified: break
    }
    if isLeaving {
      guard case .until = drain else { return nil }
      return 0
    }
    guard isServing else { return 0 }
    guard let rampBegan, slowStart > .zero else { return fullWeight }
    let steps = min(fullWeight, Self.longestRamp)
    let step = UInt32(clamping: Int64(rampBegan.duration(to: now) / slowStart * Double(steps)))
    return step >= steps ? fullWeight : max(1, UInt32(UInt64(fullWeight) * UInt64(step) / UInt64(steps)))
  }

  /// When its weight or its place in the table changes by itself; nil: not.
  func deadline(at now: Instant, slowStart: Duration) -> Instant? {
    if case .until(let end) = drain { return end }
    guard let rampBegan else { return nil }
    let steps = min(fullWeight, Self.longestRamp)
    let step = (1...max(steps, 1)).lazy.map { rampBegan.advanced(by: slowStart * Int($0) / Int(steps)) }
    return step.first { $0 > now }
  }

  /// Its weight once it has been in service for long.
  var fullWeight: UInt32 { checkWeight ?? server.weight }

  /// Follows a change: what leaves has time from now on, and what comes back begins slowly.
  ///
  /// - Parameters:
  ///   - wasPlaced: whether it was in the table before.
  ///   - ramps: whether it begins slowly should it serve now.
  ///   - time: how long it may keep its connections.
  ///   - now: the time.
  mutating func settle(wasPlaced: Bool, ramps: Bool, drainFor time: Duration, at now: Instant) {
    if isLeaving {
      if drain == nil { drain = wasPlaced && time > .zero ? .until(now.advanced(by: time)) : .over }
      if drain == .over { endDrain() }
    } else {
      drain = nil
    }
    guard isServing else {
      rampBegan = nil
      return
    }
    hasServed = true
    if ramps, rampBegan == nil, fullWeight > 1 { rampBegan = now }
  }

  /// Stays in the table, where it is without new connections although it was to be out.
  ///
  /// - Parameters:
  ///   - time: how long it may keep its connections if it leaves.
  ///   - now: the time.
  mutating func stay(drainFor time: Duration, at now: Instant) {
    health.wasPlaced()
    drain = nil
    settle(wasPlaced: true, ramps: false, drainFor: time, at: now)
  }

  /// Ends the farewell: it has left.
  mutating func endDrain() {
    drain = .over
    health.drained()
    if !isLeaving { drain = nil }
  }

  /// Begins with a server that leaves and may keep its connections for a time.
  static func leaving(_ server: RealServer, until end: Instant) -> BalancedServer {
    var leaving = BalancedServer(server, origin: .silenced)
    leaving.isRemoved = true
    leaving.drain = .until(end)
    return leaving
  }
}
