package import Model

/// One virtual router: addresses that float between directors by VRRP.
package struct VirtualRouterConfiguration: Hashable, Sendable {
  /// The version of the protocol; the raw value is its number.
  package enum Version: UInt8, Hashable, Sendable, CaseIterable {
    /// RFC 3768: IPv4, whole seconds, for old peers.
    case v2 = 2
    /// RFC 9568.
    case v3 = 3
  }

  /// What the checksum of version 3 over IPv4 covers when it is sent; the raw value is its word.
  ///
  /// Both forms are accepted.
  package enum Checksum: String, Hashable, Sendable, CaseIterable {
    /// The message and a pseudo-header, as keepalived and FRR send it.
    case withPseudoHeader = "with-pseudo-header"
    /// The message alone (RFC 9568 §5.2.8).
    case messageOnly = "message-only"
  }

  /// Whether a router of higher priority takes the addresses from one that holds them.
  package enum Preemption: Hashable, Sendable {
    /// It waits until they are given up.
    case never
    /// It takes them this long after it started: 0 to 1 hour.
    case after(Duration)
  }

  /// How often the holder tells the link where the addresses live.
  package struct Announcements: Hashable, Sendable {
    /// So many per address at the takeover, 0 to 100; 0: none at all.
    package var burst: Int
    /// So long after it, as many again: 0 to 1 hour; 0: not again.
    package var repeatAfter: Duration
    /// One more each time this has passed: 0 to 24 hours; 0: never.
    package var refreshEvery: Duration

    /// Joins the parts; the defaults are the reference's.
    package init(burst: Int = 5, repeatAfter: Duration = .seconds(5), refreshEvery: Duration = .zero) {
      self.burst = burst
      self.repeatAfter = repeatAfter
      self.refreshEvery = refreshEvery
    }
  }

  /// What people call it: 1 to 63 of `A-Z a-z 0-9 . _ -`.
  package var name: String
  /// The interface, 1 to 15 bytes.
  package var interface: String
  /// The virtual router identifier (VRID), 1 to 255; one per pair of directors on a network.
  package var id: UInt8
  /// The version that is spoken.
  package var version: Version
  /// The form of the checksum that is sent.
  package var checksum: Checksum
  /// Who is to hold the addresses: 3 to 254, the highest wins; 1 and 2 say more than a number; 255 is the priority of their owner.
  package var priority: UInt8
  /// How often the holder says so: 10 ms to 40.95 s in steps of 10 ms; whole seconds in version 2.
  package var advertisementInterval: Duration
  /// The addresses, all of one family, in IPv6 a link-local one first; 1 to 255 of them.
  package var addresses: [IPNetwork]
  /// The other directors' own addresses; none: advertisements are multicast.
  package var peers: [IPAddress]
  /// Whether it takes the addresses back.
  package var preemption: Preemption
  /// How long it listens before its first claim unless it hears another router: 0 to 1 hour.
  package var startupHold: Duration
  /// Which services must have their quorum.
  package var services: WatchedServices
  /// The interfaces beside its own that must be up.
  package var interfaces: [Tracked]
  /// The programs that must succeed.
  package var scripts: [Script]
  /// The group whose routers move together; none: it moves alone.
  package var group: String?
  /// How advertisements prove where they come from; none: they do not.
  package var authentication: Authentication?
  /// How often the addresses are announced.
  package var announcements: Announcements
  /// Whether the addresses live on the virtual MAC address of RFC 9568 §7.3, on an interface of their own.
  package var hasVirtualMAC: Bool
  /// How long an interface's carrier must be gone, or back, before that counts: 0 to 1 minute.
  package var carrierDelay: Duration
  /// The program that hears of every change of role, its absolute path first; empty: none.
  package var notify: [String]

  /// Joins the parts; the defaults are the reference's.
  package init(
    name: String, interface: String, id: UInt8, version: Version = .v3,
    checksum: Checksum = .withPseudoHeader, priority: UInt8 = Self.defaultPriority,
    advertisementInterval: Duration = Self.defaultAdvertisementInterval, addresses: [IPNetwork],
    peers: [IPAddress] = [], preemption: Preemption = .after(.zero), startupHold: Duration = .zero,
    services: WatchedServices = .ofAddresses([]), interfaces: [Tracked] = [], scripts: [Script] = [],
    group: String? = nil,
    authentication: Authentication? = nil, announcements: Announcements = Announcements(),
    hasVirtualMAC: Bool = false, carrierDelay: Duration = .zero, notify: [String] = []
  ) {
    self.name = name
    self.interface = interface
    self.id = id
    self.version = version
    self.checksum = checksum
    self.priority = priority
    self.advertisementInterval = advertisementInterval
    self.addresses = addresses
    self.peers = peers
    self.preemption = preemption
    self.startupHold = startupHold
    self.services = services
    self.interfaces = interfaces
    self.scripts = scripts
    self.group = group
    self.authentication = authentication
    self.announcements = announcements
    self.hasVirtualMAC = hasVirtualMAC
    self.carrierDelay = carrierDelay
    self.notify = notify
  }

  /// The priority of a router that says nothing else (RFC 9568 §5.2.4).
  package static let defaultPriority: UInt8 = 100
  /// The interval of a router of version 3 that says nothing else.
  package static let defaultAdvertisementInterval = Duration.milliseconds(100)

  /// The family of its addresses.
  package var family: AddressFamily { addresses.first?.address.family ?? .ipv4 }
}
