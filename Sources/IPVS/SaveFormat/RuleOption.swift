/// What may follow a command; the raw value is the long name.
enum RuleOption: String, CaseIterable {
  case tcp = "tcp-service"
  case udp = "udp-service"
  case sctp = "sctp-service"
  case firewallMark = "fwmark-service"
  case ipv6
  case scheduler
  case persistent
  case netmask
  case engine = "pe"
  case onePacket = "ops"
  case schedulerFlags = "sched-flags"
  case realServer = "real-server"
  case masquerading, ipip, gatewaying
  case weight
  case upperThreshold = "u-threshold"
  case lowerThreshold = "l-threshold"
  case tunnelType = "tun-type"
  case tunnelPort = "tun-port"
  case noChecksum = "tun-nocsum"
  case checksum = "tun-csum"
  case remoteChecksum = "tun-remcsum"
  case interface = "mcast-interface"
  case syncID = "syncid"
  case maximumLength = "sync-maxlen"
  case group = "mcast-group"
  case port = "mcast-port"
  case timeToLive = "mcast-ttl"
  // These shape what ipvsadm prints; no rule has them.
  case numeric, connection, timeout, daemon, stats, rate, thresholds
  case persistentConnections = "persistent-conn"
  case tunnelInfo = "tun-info"
  case noSort = "nosort"
  case sort, exact

  /// Whether a value belongs to the option.
  enum Value {
    case none, required, optional
  }

  /// The letter that stands for it.
  var letter: Character? {
    switch self {
    case .tcp: "t"
    case .udp: "u"
    case .firewallMark: "f"
    case .ipv6: "6"
    case .scheduler: "s"
    case .persistent: "p"
    case .netmask: "M"
    case .onePacket: "o"
    case .schedulerFlags: "b"
    case .realServer: "r"
    case .masquerading: "m"
    case .ipip: "i"
    case .gatewaying: "g"
    case .weight: "w"
    case .upperThreshold: "x"
    case .lowerThreshold: "y"
    case .numeric: "n"
    case .connection: "c"
    case .exact: "X"
    default: nil
    }
  }

  /// The options by their letters.
  static let byLetter = Dictionary(
    allCases.compactMap { option in option.letter?.asciiValue.map { ($0, option) } }
  ) { first, _ in first }
  /// The options that set something of a tunnel.
  static let tunnelSettings = allCases.filter(\.isTunnelSetting)

  /// Whether a value belongs to it.
  var value: Value {
    switch self {
    case .persistent: .optional
    case .tcp, .udp, .sctp, .firewallMark, .scheduler, .netmask, .engine, .schedulerFlags, .realServer,
      .weight, .upperThreshold, .lowerThreshold, .tunnelType, .tunnelPort:
      .required
    default: isDaemonSetting ? .required : .none
    }
  }

  /// The options of which a rule has one at most, this one among them.
  var alternatives: [RuleOption] {
    for group in [Self.services, Self.forwarding, Self.checksums] where group.contains(self) { return group }
    return [self]
  }

  /// The options that name a service.
  static let services: [RuleOption] = [.tcp, .udp, .sctp, .firewallMark]
  /// The options that say how packets reach a server.
  static let forwarding: [RuleOption] = [.masquerading, .ipip, .gatewaying]
  /// The options that say what checksum a tunnel has.
  static let checksums: [RuleOption] = [.noChecksum, .checksum, .remoteChecksum]

  /// Whether it says which service is meant.
  var isServiceKey: Bool { self == .ipv6 || Self.services.contains(self) }

  /// Whether it sets something of a service.
  var isServiceSetting: Bool {
    switch self {
    case .scheduler, .persistent, .netmask, .engine, .onePacket, .schedulerFlags: true
    default: false
    }
  }

  /// Whether it sets something of a tunnel.
  var isTunnelSetting: Bool {
    self == .tunnelType || self == .tunnelPort || Self.checksums.contains(self)
  }

  /// Whether it sets something of a server.
  var isServerSetting: Bool {
    switch self {
    case .masquerading, .ipip, .gatewaying, .weight, .upperThreshold, .lowerThreshold: true
    default: isTunnelSetting
    }
  }

  /// Whether it sets something of a synchronisation daemon.
  var isDaemonSetting: Bool {
    switch self {
    case .interface, .syncID, .maximumLength, .group, .port, .timeToLive: true
    default: false
    }
  }
}
