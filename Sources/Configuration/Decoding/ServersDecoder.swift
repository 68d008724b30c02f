internal import Model

/// Reads the servers of one service, and holds each against the service.
struct ServersDecoder {
  /// The service; nil: it could not be read, and nothing is held against it.
  let key: ServiceKey?
  /// How packets reach a server that says nothing else.
  let forwarding: ForwardingMethod
  let report: Report

  /// The servers that could be read, of equal ones the first alone.
  func decode(_ node: Node) -> [Located<RealServer>] {
    guard let elements = report.elements(of: node, expected: "a list of servers") else { return [] }
    if elements.isEmpty { report.add(.emptyList("'servers'", needs: "server"), at: node.position) }
    var servers: [Located<RealServer>] = []
    var seen: [Endpoint: SourcePosition] = [:]
    for server in elements.compactMap(server) {
      let endpoint = server.value.endpoint
      if let first = seen[endpoint] {
        report.add(.duplicateServer(endpoint, first: first), at: server.position)
      } else {
        seen[endpoint] = server.position
        servers.append(server)
      }
    }
    return servers
  }

  /// Reads one server: an address, an endpoint, or a mapping.
  private func server(_ node: Node) -> Located<RealServer>? {
    guard case .mapping = node.content else {
      return report.read(node, as: .server).map { checked($0, at: node.position) }
    }
    guard var fields = Fields(node, of: "a server", report) else { return nil }
    let address = fields.required("address", .server)
    let weight = fields.optional("weight", .integer(0...RealServer.maximumNumber)) ?? 1
    let upper = fields.optional("upperThreshold", .integer(0...RealServer.maximumNumber))
    let lower = fields.optional("lowerThreshold", .integer(0...RealServer.maximumNumber)) ?? 0
    let override = fields.take("forwarding").flatMap { ForwardingDecoder.decode($0, report) }
    fields.finish()
    // An upper threshold that cannot be read says nothing about the lower one.
    if upper != nil || !fields.has("upperThreshold"), lower > upper ?? 0 {
      report.add(.thresholds(lower: lower, upper: upper ?? 0), at: fields.position(of: "lowerThreshold"))
    }
    guard let address else { return nil }
    var server = checked(address, forwarding: override, at: fields.position(of: "address"))
    server.value.weight = weight
    server.value.upperThreshold = upper ?? 0
    server.value.lowerThreshold = lower
    return server
  }

  /// Makes a server of an address, and notes why the kernel would not have it.
  func checked(
    _ address: ServerAddress, forwarding override: ForwardingMethod? = nil, at position: SourcePosition
  ) -> Located<RealServer> {
    let endpoint =
      switch address {
      case .endpoint(let endpoint): endpoint
      case .address(let address): Endpoint(address, port: key?.port ?? 0)
      }
    let server = RealServer(endpoint, forwarding: override ?? forwarding)
    for problem in problems(of: server) { report.add(problem, at: position) }
    return Located(value: server, position: position)
  }

  private func problems(of server: RealServer) -> [Problem] {
    let endpoint = server.endpoint
    if !endpoint.address.isUnicast { return [.notServerAddress(endpoint.address)] }
    guard let key else { return [] }

    var isTunnel = false
    if case .tunnel = server.forwarding { isTunnel = true }
    var problems: [Problem] = []
    if endpoint.address.isLoopback { problems.append(.loopbackServer(endpoint.address)) }
    if !isTunnel, endpoint.address.family != key.family {
      problems.append(.familyMismatch(endpoint.address.family, service: key.family))
    }
    if let port = key.port, port != endpoint.port {
      if server.forwarding != .nat {
        problems.append(.portTranslation(isTunnel ? "tunnel" : "direct", port: port))
      } else if endpoint.port == 0 {
        problems.append(.serverPortZero)
      }
    }
    return problems
  }
}
