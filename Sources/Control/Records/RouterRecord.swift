/// A virtual router of this host.
package struct RouterRecord: Codable, Hashable, Sendable {
  /// A virtual router's state (RFC 9568 §6.3).
  package enum Role: String, Codable, Hashable, Sendable {
    /// It does not take part.
    case initialize
    /// It watches the Active router.
    case backup
    /// It holds the addresses.
    case active
  }

  /// A place in the election, 0 to 255.
  package struct Priority: Codable, Hashable, Sendable {
    /// The priority that the configuration gives it.
    package var configured: UInt8
    /// The priority that it advertises.
    package var effective: UInt8

    /// Joins the two.
    package init(configured: UInt8, effective: UInt8) {
      self.configured = configured
      self.effective = effective
    }
  }

  /// Another router of the same virtual router.
  package struct Peer: Codable, Hashable, Sendable {
    /// Where its advertisements come from.
    package var address: String
    /// The priority that it last advertised.
    package var priority: UInt8

    /// Joins the two.
    package init(address: String, priority: UInt8) {
      self.address = address
      self.priority = priority
    }
  }

  /// What was sent and received since the daemon started.
  package struct Counters: Codable, Hashable, Sendable {
    /// Advertisements sent.
    package var advertisementsSent: UInt64
    /// Advertisements received and believed.
    package var advertisementsReceived: UInt64
    /// Packets that were not believed, by the label of the reason; every label is there.
    package var rejected: [String: UInt64]

    /// Joins the three.
    package init(
      advertisementsSent: UInt64 = 0, advertisementsReceived: UInt64 = 0, rejected: [String: UInt64] = [:]
    ) {
      self.advertisementsSent = advertisementsSent
      self.advertisementsReceived = advertisementsReceived
      self.rejected = rejected
    }
  }

  /// The name in the configuration.
  package var name: String
  /// The interface that it speaks on.
  package var interface: String
  /// The VRID, 1 to 255.
  package var id: UInt8
  /// `ipv4` or `ipv6`.
  package var family: String
  /// What it is now.
  package var role: Role
  /// When it came into its role.
  package var since: Timestamp
  /// What brought it into its role.
  package var why: String
  /// How it stands in the election.
  package var priority: Priority
  /// The virtual addresses.
  package var addresses: [String]
  /// The configured Advertisement_Interval (RFC 9568 §6.1).
  package var advertisementInterval: Milliseconds
  /// Active_Down_Interval: so long a silence makes a Backup Active.
  package var activeDownInterval: Milliseconds
  /// Skew_Time, by which the Backup of the highest priority is the first.
  package var skewTime: Milliseconds
  /// The Active router that was last heard; nil where none was.
  package var peer: Peer?
  /// What was sent and received.
  package var counters: Counters
  /// What keeps it from its work, or lowers its priority; empty where all is well.
  package var faults: [String]

  /// Joins the parts.
  package init(
    name: String, interface: String, id: UInt8, family: String, role: Role, since: Timestamp, why: String,
    priority: Priority, addresses: [String], advertisementInterval: Milliseconds,
    activeDownInterval: Milliseconds, skewTime: Milliseconds, peer: Peer? = nil, counters: Counters,
    faults: [String] = []
  ) {
    self.name = name
    self.interface = interface
    self.id = id
    self.family = family
    self.role = role
    self.since = since
    self.why = why
    self.priority = priority
    self.addresses = addresses
    self.advertisementInterval = advertisementInterval
    self.activeDownInterval = activeDownInterval
    self.skewTime = skewTime
    self.peer = peer
    self.counters = counters
    self.faults = faults
  }
}
