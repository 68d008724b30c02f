/// A virtual service with its servers.
package struct ServiceRecord: Codable, Hashable, Sendable {
  /// Whether a service serves.
  package enum State: String, Codable, Hashable, Sendable {
    /// It has its quorum.
    case up
    /// It serves with fewer servers than its quorum.
    case noQuorum
    /// Every check fails, and those that answer at all stay, or else the last that were in service (`whenAllFail: keep`).
    case keeping
    /// Every check fails, and the fallback server serves.
    case fallback
    /// No server is left.
    case empty
    /// The kernel does not have the service, and refuses it.
    case refused
  }

  /// How many servers a service needs, and has.
  package struct Quorum: Codable, Hashable, Sendable {
    /// How many must be in service.
    package var needed: Int
    /// How many are.
    package var has: Int
    /// Whether the quorum holds, hysteresis counted in.
    package var holds: Bool

    /// Joins the three.
    package init(needed: Int, has: Int, holds: Bool) {
      self.needed = needed
      self.has = has
      self.holds = holds
    }
  }

  /// The name in the configuration.
  package var name: String
  /// `10.0.0.250:6443`; nil for a firewall mark.
  package var address: String?
  /// The mark; nil for an address.
  package var firewallMark: UInt32?
  /// `tcp`, `udp` or `sctp`; nil for a firewall mark.
  package var `protocol`: String?
  /// The kernel's name of the scheduler.
  package var scheduler: String
  /// `vip` or `masquerade`; nil where there is none.
  package var sourceNAT: String?
  /// Whether it serves, and how.
  package var state: State
  /// How many servers it needs, and has.
  package var quorum: Quorum
  /// Why the kernel does not have it as it should be; nil: it has.
  package var refusal: String?
  /// The servers, in the configuration's order.
  package var servers: [ServerRecord]

  /// Joins the parts.
  package init(
    name: String, address: String? = nil, firewallMark: UInt32? = nil, protocol: String? = nil,
    scheduler: String, sourceNAT: String? = nil, state: State, quorum: Quorum, refusal: String? = nil,
    servers: [ServerRecord]
  ) {
    self.name = name
    self.address = address
    self.firewallMark = firewallMark
    self.protocol = `protocol`
    self.scheduler = scheduler
    self.sourceNAT = sourceNAT
    self.state = state
    self.quorum = quorum
    self.refusal = refusal
    self.servers = servers
  }
}
