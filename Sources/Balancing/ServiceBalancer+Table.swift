package import Model

/// What the kernel's table should say of a service.
extension ServiceBalancer {
  /// The service, and each server that belongs there with its weight.
  package var entry: ForwardingTable.Entry {
    var entry = servingEntry
    guard isListening, !isRetired else { return entry }
    for server in settings.servers where entry.servers[server.endpoint] == nil {
      entry.servers[server.endpoint] = server
      entry.servers[server.endpoint]?.weight = 0
    }
    return entry
  }

  private var servingEntry: ForwardingTable.Entry {
    var entry = ForwardingTable.Entry(settings.service)
    for (endpoint, balanced) in servers {
      guard let weight = balanced.weight(at: now, slowStart: settings.slowStart) else { continue }
      entry.servers[endpoint] = balanced.server
      entry.servers[endpoint]?.weight = weight
    }
    if isRetired || !isOut { return entry }
    switch remedy {
    case .kept(let endpoints):
      for endpoint in endpoints {
        entry.servers[endpoint] = servers[endpoint]?.server
        entry.servers[endpoint]?.weight = servers[endpoint]?.fullWeight ?? 1
      }
    case .fallback(let endpoint):
      entry.servers[endpoint] =
        servers[endpoint].flatMap { $0.isRemoved ? nil : $0.server } ?? settings.fallback
    case .refused: break
    }
    return entry
  }

  /// Whether the connections of a server are lost whatever is done.
  package func isDead(_ server: Endpoint) -> Bool { servers[server]?.isDead == true }

  /// What is done where no server is in service.
  var remedy: ServiceEvent.Remedy {
    switch settings.whenAllFail {
    case .empty: return .refused
    case .fallback(let server): return .fallback(server.endpoint)
    case .keep:
      // Nobody whom the operator took out, or who asks for no connections.
      let candidates = servers.values.filter {
        $0.hasServed && !$0.isInMaintenance && !$0.isRemoved && $0.fullWeight > 0
      }
      let answering = candidates.filter { balanced in
        if case .unready? = balanced.health.failure?.meaning { true } else { false }
      }
      let kept =
        answering.isEmpty ? candidates.filter { lastServing.contains($0.server.endpoint) } : answering
      return kept.isEmpty ? .refused : .kept(kept.map(\.server.endpoint).sorted())
    }
  }
}

extension ServiceSettings {
  /// The server that takes over when no other is left.
  var fallback: RealServer? {
    if case .fallback(let server) = whenAllFail { server } else { nil }
  }
}
