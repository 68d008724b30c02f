internal import Model

/// What can be wrong with a service although each of its values is right for itself.
extension Problem {
  static func notVirtualAddress(_ address: IPAddress) -> Problem {
    Problem(
      .notVirtualAddress, "\(address) cannot be a virtual address",
      hint: address.isLoopback ? "it stays on its host" : "it is not a unicast address")
  }

  static func notServerAddress(_ address: IPAddress) -> Problem {
    Problem(.notServerAddress, "\(address) cannot be a host's address", hint: "it is not a unicast address")
  }

  static func loopbackServer(_ address: IPAddress) -> Problem {
    Problem(
      .loopbackServer, "the kernel takes no client of another host to the server \(address)",
      hint: "a server that is this host is listed by an address that others know")
  }

  static func duplicateName(_ what: String, _ name: String, first: SourcePosition) -> Problem {
    Problem(.duplicateName, "duplicate \(what) \(quoted(name)); the first one is at line \(first.line)")
  }

  static func duplicateService(_ key: ServiceKey, first: String, at position: SourcePosition) -> Problem {
    Problem(.duplicateService, "\(key) is the service \(quoted(first)) at line \(position.line) already")
  }

  static func duplicateServer(_ endpoint: Endpoint, first: SourcePosition) -> Problem {
    Problem(.duplicateServer, "duplicate server \(endpoint); the first one is at line \(first.line)")
  }

  static func virtualAddressAsServer(_ address: IPAddress, owner: String) -> Problem {
    Problem(
      .virtualAddressAsServer, "the server \(address) is the virtual address of \(owner)",
      hint: "servers are listed by their own addresses")
  }

  static func familyMismatch(_ family: AddressFamily, service: AddressFamily) -> Problem {
    Problem(
      .familyMismatch, "an \(family.rawValue) server of an \(service.rawValue) service needs a tunnel",
      hint: "forwarding: tunnel")
  }

  static func portTranslation(_ forwarding: String, port: UInt16) -> Problem {
    Problem(
      .portTranslation, "\(forwarding) forwarding does not translate ports: the server's must be \(port)",
      hint: "leave the port out, or use forwarding: nat")
  }

  static let servicePortZero = Problem(
    .portZero, "port 0, which is every port, needs 'persistence'")

  static let serverPortZero = Problem(
    .portZero, "a server on port 0 needs a service on port 0 or with a firewall mark")

  static func thresholds(lower: UInt32, upper: UInt32) -> Problem {
    Problem(.thresholds, "lowerThreshold \(lower) is above upperThreshold \(upper)")
  }

  static func foreignSchedulerFlag(_ flag: String, scheduler: Scheduler) -> Problem {
    let own = SchedulerFlags.all.names(for: scheduler)
    return Problem(
      .foreignSchedulerFlag, "\(quoted(flag)) is no flag of the scheduler \(scheduler)",
      hint: suggestion(for: flag, among: own, list: "it has"))
  }

  static let onePacketProtocol = Problem(
    .onePacketProtocol, "one-packet scheduling is for udp", hint: "protocol: udp")

  static func schedulerWithoutFallback(_ scheduler: Scheduler) -> Problem {
    Problem(
      .schedulerWithoutFallback,
      "\(scheduler.name) refuses clients whose server drains or is not ready, although others could serve them",
      hint: scheduler == .destinationHashing
        ? "use mh with 'schedulerFlags: [mh-fallback]'" : "add 'schedulerFlags: [\(scheduler.name)-fallback]'"
    )
  }

  static func translatedBesideDirect(_ server: Endpoint, _ address: IPAddress, other: String) -> Problem {
    Problem(
      .translatedBesideDirect,
      "the server \(server) has \(address) itself, for the service \(quoted(other)), and drops what comes from there",
      hint: "use 'sourceNAT: masquerade', or another address for one of the two services")
  }

  static func sourceNATWithoutNAT(_ value: String) -> Problem {
    Problem(.sourceNATWithoutNAT, "sourceNAT \(value) needs a server with forwarding: nat")
  }

  static let sourceNATWithoutAddress = Problem(
    .sourceNATWithoutAddress, "sourceNAT vip needs an address, and a firewall mark has none",
    hint: "masquerade or none")

  static let checkWithoutPort = Problem(
    .checkWithoutPort, "the check does not know which port to connect to", hint: "check: {port: …}")

  static func protocolWithoutCheck(_ transport: TransportProtocol) -> Problem {
    Problem(
      .protocolWithoutCheck, "a service over \(transport) needs a 'check'",
      hint: "a TCP connection to its own port would say nothing; give one of a port that answers for it")
  }

  static func sourceFamily(_ source: IPAddress, _ server: Endpoint) -> Problem {
    Problem(.sourceFamily, "a check from \(source) cannot reach the server \(server)")
  }

  static func timeoutAboveInterval(_ timeout: Duration, _ interval: Duration) -> Problem {
    Problem(
      .timeoutAboveInterval,
      "the timeout \(DurationText.write(timeout)) is longer than the interval \(DurationText.write(interval))"
    )
  }

  static func hysteresisAboveServers(_ quorum: Int, _ hysteresis: Int, servers: Int) -> Problem {
    Problem(
      .quorumAboveServers,
      "the quorum \(quorum) and the hysteresis \(hysteresis) are together more than there are servers: \(servers)"
    )
  }

  static func quorumAboveServers(_ quorum: Int, servers: Int) -> Problem {
    Problem(.quorumAboveServers, "the quorum \(quorum) is more than there are servers: \(servers)")
  }

  /// A quorum that cannot be reached, because servers of weight 0 do not count.
  static func quorumAboveWeights(_ quorum: Int, servers: Int) -> Problem {
    Problem(
      .quorumAboveServers,
      "the quorum \(quorum) is more than there are servers with a weight above 0: \(servers)")
  }
}
