internal import Model

/// Makes a rule of the arguments of a line.
struct RuleBuilder {
  let arguments: RuleArguments

  /// The rule of a line's words, of which there is at least one.
  static func rule(_ words: [String]) throws(RuleFault) -> Rule {
    try RuleBuilder(arguments: RuleArguments(words)).rule()
  }

  private func rule() throws(RuleFault) -> Rule {
    guard let command = arguments.command else { throw RuleFault("the line has no command") }
    if command != .set, let word = arguments.positionals.first {
      throw RuleFault("unexpected word \(word.quoted)")
    }
    switch command {
    case .addService: return .change(.addService(try service()))
    case .editService: return .change(.setService(try service()))
    case .deleteService: return .change(.deleteService(try key()))
    case .addServer:
      let key = try key()
      return .change(.addServer(try server(of: key), key))
    case .editServer:
      let key = try key()
      return .change(.setServer(try server(of: key), key))
    case .deleteServer:
      let key = try key()
      return .change(.deleteServer(try endpoint(of: key), key))
    case .clear: return .flush
    case .zero: return .zero(arguments.first(of: RuleOption.services) == nil ? nil : try key())
    case .set: return .setTimeouts(try timeouts())
    case .startDaemon: return .startDaemon(try daemon())
    case .stopDaemon:
      _ = try number(.syncID, in: 0...UInt8.max)
      return .stopDaemon(try role())
    case .list, .save, .restore, .help, .version:
      throw RuleFault("\(arguments.commandSpelling.quoted) is not a rule")
    }
  }
}

// Services.
extension RuleBuilder {
  private func key() throws(RuleFault) -> ServiceKey {
    guard let option = arguments.first(of: RuleOption.services), let (spelling, text) = given(option) else {
      throw RuleFault(
        "\(arguments.commandSpelling.quoted) needs a service ('-t', '-u', '--sctp-service' or '-f')")
    }
    if option == .firewallMark {
      let mark = try RuleValues.number(text, of: spelling, in: 1...UInt32.max)
      return .firewallMark(mark, arguments.options[.ipv6] == nil ? .ipv4 : .ipv6)
    }
    let (address, port) = try RuleValues.address(text, of: spelling)
    let transport: TransportProtocol = option == .udp ? .udp : option == .sctp ? .sctp : .tcp
    return .endpoint(transport, Endpoint(address, port: port ?? 0))
  }

  private func service() throws(RuleFault) -> VirtualService {
    var service = VirtualService(try key())
    if let (spelling, text) = given(.scheduler) {
      guard let scheduler = Scheduler(text) else {
        throw RuleFault("\(spelling.quoted): \(text.quoted) is not the name of a scheduler")
      }
      service.scheduler = scheduler
    }
    if let (spelling, text) = given(.engine) {
      guard let engine = PersistenceEngine(text) else {
        throw RuleFault("\(spelling.quoted): \(text.quoted) is not the name of a persistence engine")
      }
      service.persistenceEngine = engine
    }
    if let (spelling, text) = given(.schedulerFlags) {
      service.schedulerFlags = try flags(text, of: spelling, scheduler: service.scheduler)
    }
    // ipvsadm takes a mask without persistence as well; it means nothing then.
    var mask = Persistence.hostMask(service.key.family)
    if let (spelling, text) = given(.netmask) {
      mask = try RuleValues.mask(text, of: spelling, family: service.key.family)
    }
    if arguments.options[.persistent] != nil {
      let timeout = try number(.persistent, in: 1...Persistence.maximumTimeout)
      service.persistence = Persistence(timeout: timeout ?? Persistence.defaultTimeout, mask: mask)
    }
    if let option = arguments.options[.onePacket] {
      switch service.key {
      case .endpoint(.udp, _), .firewallMark: service.isOnePacket = true
      default: throw RuleFault("option \(option.spelling.quoted) is for UDP services and firewall marks")
      }
    }
    if let objection = TableChange.addService(service).objection {
      throw RuleFault("\(subject(of: RuleOption.services)): \(objection)")
    }
    return service
  }

  private func flags(
    _ text: String, of spelling: String, scheduler: Scheduler
  ) throws(RuleFault) -> SchedulerFlags {
    var flags: SchedulerFlags = []
    for name in text.split(separator: ",") {
      guard let flag = SchedulerFlags(name: name, of: scheduler) else {
        throw RuleFault(
          "\(spelling.quoted): \(name.quoted) is not a flag of scheduler \(scheduler.name.quoted)")
      }
      flags.insert(flag)
    }
    guard !flags.isEmpty else { throw RuleFault("\(spelling.quoted): \(text.quoted) names no flag") }
    return flags
  }
}

// Servers.
extension RuleBuilder {
  private func endpoint(of key: ServiceKey) throws(RuleFault) -> Endpoint {
    guard let (spelling, text) = given(.realServer) else {
      throw RuleFault("\(arguments.commandSpelling.quoted) needs a server ('-r')")
    }
    let (address, port) = try RuleValues.address(text, of: spelling)
    return Endpoint(address, port: port ?? key.port ?? 0)
  }

  private func server(of key: ServiceKey) throws(RuleFault) -> RealServer {
    var endpoint = try endpoint(of: key)
    let forwarding = try forwarding()
    if forwarding != .nat, let port = key.port { endpoint.port = port }
    let server = RealServer(
      endpoint, forwarding: forwarding, weight: try number(.weight, in: 0...RealServer.maximumNumber) ?? 1,
      upperThreshold: try number(.upperThreshold, in: 0...RealServer.maximumNumber) ?? 0,
      lowerThreshold: try number(.lowerThreshold, in: 0...RealServer.maximumNumber) ?? 0)
    if let objection = TableChange.addServer(server, key).objection {
      throw RuleFault("\(subject(of: [.realServer])): \(objection)")
    }
    return server
  }

  private func forwarding() throws(RuleFault) -> ForwardingMethod {
    if arguments.options[.ipip] != nil { return .tunnel(try tunnel()) }
    if let option = arguments.first(of: RuleOption.tunnelSettings) {
      throw RuleFault("option \(spelling(of: option)) needs '-i'")
    }
    return arguments.options[.masquerading] == nil ? .direct : .nat
  }

  private func tunnel() throws(RuleFault) -> Tunnel {
    let port = try number(.tunnelPort, in: 1...UInt16.max)
    let option = arguments.first(of: RuleOption.checksums)
    let checksum: Tunnel.Checksum =
      switch option {
      case .checksum: .full
      case .remoteChecksum: .remote
      default: .none
      }

    let (typeSpelling, type) = given(.tunnelType) ?? ("-i", "ipip")
    switch type {
    case "gue":
      guard let port else { throw RuleFault("tunnel type 'gue' needs '--tun-port'") }
      return .gue(port: port, checksum)
    case "gre":
      if port != nil {
        throw RuleFault("option \(spelling(of: .tunnelPort)) does not go with tunnel type 'gre'")
      }
      if let option, checksum == .remote {
        throw RuleFault("option \(spelling(of: option)) does not go with tunnel type 'gre'")
      }
      return .gre(checksum)
    case "ipip":
      if let option = option ?? arguments.first(of: [.tunnelPort]) {
        throw RuleFault("option \(spelling(of: option)) does not go with tunnel type 'ipip'")
      }
      return .ipip
    default: throw RuleFault("\(typeSpelling.quoted): \(type.quoted) is not 'ipip', 'gue' or 'gre'")
    }
  }
}

// Timeouts and daemons.
extension RuleBuilder {
  private func timeouts() throws(RuleFault) -> ConnectionTimeouts {
    let words = arguments.positionals
    let spelling = arguments.commandSpelling
    guard words.count == 3 else {
      throw RuleFault("\(spelling.quoted) needs three numbers: tcp, tcpfin, udp")
    }
    let range = 0...ConnectionTimeouts.maximum
    return ConnectionTimeouts(
      tcp: try RuleValues.number(words[0], of: spelling, in: range),
      tcpFin: try RuleValues.number(words[1], of: spelling, in: range),
      udp: try RuleValues.number(words[2], of: spelling, in: range))
  }

  private func role() throws(RuleFault) -> SyncDaemon.Role {
    let word = arguments.role ?? ""
    guard let role = SyncDaemon.Role.allCases.first(where: { $0.description == word }) else {
      throw RuleFault("\(arguments.commandSpelling.quoted): \(word.quoted) is not 'master' or 'backup'")
    }
    return role
  }

  private func daemon() throws(RuleFault) -> SyncDaemon {
    let role = try role()
    let daemon = SyncDaemon(
      role, interface: given(.interface)?.text ?? "eth0",
      syncID: try number(.syncID, in: 0...UInt8.max) ?? 0,
      // What an IPv4 datagram holds without its headers of 20 and 8 bytes.
      maximumLength: try number(.maximumLength, in: 1...65_507), group: try group(),
      port: try number(.port, in: 1...UInt16.max), timeToLive: try number(.timeToLive, in: 1...UInt8.max))
    // ipvsadm would start a master with sync id 0, which is no id; asking is better than guessing one.
    if role == .master, arguments.options[.syncID] == nil {
      throw RuleFault("\(arguments.commandSpelling.quoted) master needs '--syncid' (1 to 255)")
    }
    if let objection = daemon.objection {
      throw RuleFault("\(arguments.commandSpelling.quoted) \(role): \(objection)")
    }
    return daemon
  }

  private func group() throws(RuleFault) -> IPAddress? {
    guard let (spelling, text) = given(.group) else { return nil }
    guard let group = IPAddress(text) else {
      throw RuleFault("\(spelling.quoted): \(text.quoted) is not a numeric address")
    }
    return group
  }
}

// What was given.
extension RuleBuilder {
  private func given(_ option: RuleOption) -> (spelling: String, text: String)? {
    arguments.options[option].flatMap { given in given.value.map { (given.spelling, $0) } }
  }

  private func number<Number: FixedWidthInteger>(
    _ option: RuleOption, in range: ClosedRange<Number>
  ) throws(RuleFault) -> Number? {
    guard let (spelling, text) = given(option) else { return nil }
    return try RuleValues.number(text, of: spelling, in: range)
  }

  private func spelling(of option: RuleOption) -> String {
    (arguments.options[option]?.spelling ?? "--\(option.rawValue)").quoted
  }

  private func subject(of options: [RuleOption]) -> String {
    guard let option = arguments.first(of: options), let (spelling, text) = given(option) else {
      return "rule"
    }
    return "\(spelling.quoted) \(text.quoted)"
  }
}
