internal import Model

/// Reads one element of `services`.
struct ServiceDecoder {
  private var fields: Fields
  private var report: Report { fields.report }

  /// Nil: something that identifies the service could not be read, which is noted.
  static func decode(_ node: Node, _ report: Report) -> ServiceDraft? {
    guard let fields = Fields(node, of: "a service", report) else { return nil }
    var decoder = ServiceDecoder(fields: fields)
    defer { decoder.fields.finish() }
    return decoder.decode()
  }

  private mutating func decode() -> ServiceDraft? {
    let name = fields.required("name", .name)
    let key = KeyDecoder.decode(&fields)
    // A forwarding that could not be read would have every server blamed for it.
    let givenForwarding = fields.take("forwarding").map { ForwardingDecoder.decode($0, report) }
    let forwarding = givenForwarding.flatMap(\.self) ?? .nat
    let isForwardingKnown = givenForwarding.map { $0 != nil } ?? true
    let decoder = ServersDecoder(key: isForwardingKnown ? key : nil, forwarding: forwarding, report: report)
    let serversNode = fields.required("servers")
    let servers = serversNode.map(decoder.decode) ?? []

    let virtualService = virtualService(key)
    let check = check(of: key, servers: servers)
    let whenAllFail = whenAllFail(decoder)
    let usesNAT = !isForwardingKnown || servers.contains { $0.value.forwarding == .nat }
    let sourceNAT = sourceNAT(key, usesNAT: usesNAT || servers.isEmpty)
    let drain = fields.optional("drain", .duration(Duration.zero...Duration.seconds(86_400)))
    let slowStart = fields.optional("slowStart", .duration(Duration.zero...Duration.seconds(3600)))
    let resetClients = fields.optional("resetClients", .boolean) ?? true
    let quorum = fields.optional("quorum", .integer(1...Int(UInt16.max))) ?? 1
    if case .sequence(let elements)? = serversNode?.content, quorum > max(1, elements.count) {
      report.add(.quorumAboveServers(quorum, servers: elements.count), at: fields.position(of: "quorum"))
    } else if let reachable = reachableQuorum(of: servers.map(\.value), check.check), quorum > reachable {
      report.add(.quorumAboveWeights(quorum, servers: reachable), at: fields.position(of: "quorum"))
    }
    let hysteresis = fields.optional("hysteresis", .integer(0...Int(UInt16.max))) ?? 0
    if hysteresis > 0, quorum <= servers.count, quorum + hysteresis > servers.count {
      report.add(
        .hysteresisAboveServers(quorum, hysteresis, servers: servers.count),
        at: fields.position(of: "hysteresis"))
    }

    guard let name, let virtualService else { return nil }
    return ServiceDraft(
      configuration: ServiceConfiguration(
        name: name, virtualService: virtualService, forwarding: forwarding, servers: servers.map(\.value),
        sourceNAT: sourceNAT, check: check.check, checkPort: check.port,
        drain: drain ?? ServiceConfiguration.defaultDrain, slowStart: slowStart ?? .zero,
        whenAllFail: whenAllFail, resetClients: resetClients, quorum: quorum, hysteresis: hysteresis),
      name: fields.position(of: "name"),
      address: fields.position(of: fields.has("address") ? "address" : "fwmark"),
      servers: servers.map(\.position), fallback: fields.position(of: "whenAllFail"))
  }

  /// How many servers can be in service: one of weight 0 never is; nil where the check may raise a weight, or where no
  /// server at all takes connections, which is a service that is closed on purpose.
  private func reachableQuorum(of servers: [RealServer], _ check: HealthCheck) -> Int? {
    switch check.probe {
    case .exec(let exec) where exec.hasDynamicWeight: return nil
    case .file(let file) where file.holdsWeight: return nil
    default: break
    }
    let count = servers.count { $0.weight > 0 }
    return count == 0 ? nil : count
  }

  /// What the kernel is told of the service; its keys are taken even if there is none.
  private mutating func virtualService(_ key: ServiceKey?) -> VirtualService? {
    let schedulers = Scheduler.known.map { ($0.name, $0) }
    let givenScheduler = fields.optional("scheduler", .word("scheduler", schedulers))
    let isSchedulerKnown = givenScheduler != nil || !fields.has("scheduler")
    let scheduler = givenScheduler ?? .weightedLeastConnections
    let flagNodes = fields.take("schedulerFlags").flatMap {
      report.elements(of: $0, expected: "a list of scheduler flags")
    }
    var flags: SchedulerFlags = []
    if isSchedulerKnown {
      for node in flagNodes ?? [] { flags.formUnion(report.read(node, as: .flag(of: scheduler)) ?? []) }
      if scheduler.refusesClients(with: flags) {
        report.add(.schedulerWithoutFallback(scheduler), at: fields.position(of: "scheduler"))
      }
    }
    let persistence = fields.take("persistence").flatMap {
      PersistenceDecoder.decode($0, family: key?.family, report)
    }
    let isOnePacket = fields.optional("onePacket", .boolean) ?? false

    guard let key else { return nil }
    if case .endpoint(let transport, let endpoint) = key {
      if endpoint.port == 0, !fields.has("persistence") {
        report.add(.servicePortZero, at: fields.position(of: "address"))
      }
      if isOnePacket, transport != .udp {
        report.add(.onePacketProtocol, at: fields.position(of: "onePacket"))
      }
    }
    return VirtualService(
      key, scheduler: scheduler, schedulerFlags: flags, persistence: persistence?.persistence,
      persistenceEngine: persistence?.engine, isOnePacket: isOnePacket)
  }

  /// The check; without one a TCP connection, where that says something.
  private mutating func check(of key: ServiceKey?, servers: [Located<RealServer>]) -> CheckDecoder.Result {
    let tcp = CheckDecoder.Result(check: HealthCheck(.tcp), port: nil)
    let node = fields.take("check")
    if node == nil, case .endpoint(let transport, _)? = key, transport != .tcp {
      report.add(.protocolWithoutCheck(transport), at: fields.position)
      return tcp
    }
    guard let result = node.map({ CheckDecoder.decode($0, report) }) ?? tcp else { return tcp }
    // On a service with a port such a server is an error itself.
    let hasAnyPort = key.map { ($0.port ?? 0) == 0 } ?? false
    if hasAnyPort, result.port == nil, result.check.probe.needsPort,
      let server = servers.first(where: { $0.value.endpoint.port == 0 })
    {
      report.add(.checkWithoutPort, at: node?.position ?? server.position)
    }
    result.verifySource(reaches: servers, report)
    return result
  }

  private mutating func whenAllFail(_ decoder: ServersDecoder) -> ServiceConfiguration.WhenAllFail {
    guard let node = fields.take("whenAllFail") else { return .keep }
    guard case .mapping = node.content else {
      return report.read(node, as: .word("value of whenAllFail", [("keep", .keep), ("empty", .empty)]))
        ?? .keep
    }
    guard var fields = Fields(node, of: "whenAllFail", report) else { return .keep }
    let address = fields.required("fallback", .server)
    fields.finish()
    guard let address else { return .keep }
    return .fallback(decoder.checked(address, at: fields.position(of: "fallback")).value)
  }

  private mutating func sourceNAT(_ key: ServiceKey?, usesNAT: Bool) -> ServiceConfiguration.SourceNAT {
    let values = ServiceConfiguration.SourceNAT.allCases.map { ($0.rawValue, $0) }
    let given = fields.optional("sourceNAT", .word("value of sourceNAT", values))
    var hasAddress = true
    if case .firewallMark? = key { hasAddress = false }
    guard let given else { return usesNAT ? (hasAddress ? .vip : .masquerade) : .none }
    if given != .none, !usesNAT {
      report.add(.sourceNATWithoutNAT(given.rawValue), at: fields.position(of: "sourceNAT"))
    } else if given == .vip, !hasAddress {
      report.add(.sourceNATWithoutAddress, at: fields.position(of: "sourceNAT"))
    }
    return given
  }
}

extension Format where Value == SchedulerFlags {
  fileprivate static func flag(of scheduler: Scheduler) -> Format {
    Format.text("a scheduler flag") { text throws(Problem) in
      guard let flag = SchedulerFlags(name: text, of: scheduler) else {
        throw .foreignSchedulerFlag(text, scheduler: scheduler)
      }
      return flag
    }
  }
}
