package import Model

/// One virtual router: addresses that float between directors by VRRP.
package struct VirtualRouterConfiguration: Hashable, Sendable {
  /// Whether a router of higher priority takes the addresses from one that holds them.
  package enum Preemption: Hashable, Sendable {
    /// It waits until they are given up.
    case never
    /// It takes them this long after it started: 0 to 1 hour.
    case after(Duration)
  }

  /// What people call it: 1 to 63 of `A-Z a-z 0-9 . _ -`.
  package var name: String
  /// The interface, 1 to 15 bytes.
  package var interface: String
  /// The virtual router identifier (VRID), 1 to 255; one per pair of directors on a network.
  package var id: UInt8
  /// Who is to hold the addresses: 1 to 254, the highest wins; 255 is the priority of their owner.
  package var priority: UInt8
  /// How often the holder says so: 10 ms to 40.95 s in steps of 10 ms.
  package var advertisementInterval: Duration
  /// The addresses, all of one family; 1 to 255 of them.
  package var addresses: [IPNetwork]
  /// The other directors' own addresses; none: advertisements are multicast.
  package var peers: [IPAddress]
  /// Whether it takes the addresses back.
  package var preemption: Preemption
  /// The names of the services without whose quorum it gives the addresses up.
  package var services: [String]

  /// Joins the parts; the defaults are the reference's.
  package init(
    name: String, interface: String, id: UInt8, priority: UInt8 = Self.defaultPriority,
    advertisementInterval: Duration = Self.defaultAdvertisementInterval, addresses: [IPNetwork],
    peers: [IPAddress] = [], preemption: Preemption = .after(.zero), services: [String] = []
  ) {
    self.name = name
    self.interface = interface
    self.id = id
    self.priority = priority
    self.advertisementInterval = advertisementInterval
    self.addresses = addresses
    self.peers = peers
    self.preemption = preemption
    self.services = services
  }

  /// The priority of a router that says nothing else (RFC 9568 §5.2.4).
  package static let defaultPriority: UInt8 = 100
  /// The interval of a router that says nothing else.
  package static let defaultAdvertisementInterval = Duration.milliseconds(100)

  /// The family of its addresses.
  package var family: AddressFamily { addresses.first?.address.family ?? .ipv4 }
}
