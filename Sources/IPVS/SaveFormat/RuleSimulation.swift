internal import Model

/// What is in a table while rules are applied to it: identities alone decide what the kernel refuses.
struct RuleSimulation {
  private var services: [ServiceKey: Set<Endpoint>]

  /// Starts with a table.
  init(_ table: ForwardingTable) {
    services = table.entries.mapValues { Set($0.servers.keys) }
  }

  /// Applies a rule, or says why the kernel would refuse it.
  mutating func refusal(of rule: Rule) -> String? {
    switch rule {
    case .change(let change): return refusal(of: change)
    case .flush: services = [:]
    case .zero(let key?): return services[key] == nil ? missing(key) : nil
    case .zero, .setTimeouts, .startDaemon, .stopDaemon: break
    }
    return nil
  }

  private mutating func refusal(of change: TableChange) -> String? {
    let key = change.key
    if case .addService = change {
      guard services[key] == nil else { return "service \(key) already exists" }
      services[key] = []
      return nil
    }
    guard services[key] != nil else { return missing(key) }

    switch change {
    case .addService, .setService: break
    case .deleteService: services[key] = nil
    case .addServer(let server, _):
      guard services[key]?.insert(server.endpoint).inserted == true else {
        return "server \(server.endpoint) of service \(key) already exists"
      }
    case .setServer(let server, _):
      guard services[key]?.contains(server.endpoint) == true else { return missing(server.endpoint, in: key) }
    case .deleteServer(let endpoint, _):
      guard services[key]?.remove(endpoint) != nil else { return missing(endpoint, in: key) }
    }
    return nil
  }

  private func missing(_ key: ServiceKey) -> String { "no such service: \(key)" }

  private func missing(_ endpoint: Endpoint, in key: ServiceKey) -> String {
    "no such server: \(endpoint) of service \(key)"
  }
}
