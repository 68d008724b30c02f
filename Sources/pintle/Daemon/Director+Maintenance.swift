internal import Balancing
internal import Configuration
internal import Control
internal import Model

/// What the operator does with servers.
extension Director {
  /// A server, in one of the services or in all that have it.
  struct Selection: Sendable {
    /// The address of the server.
    var address: IPAddress
    /// Its port; nil: any.
    var port: UInt16?
    /// The name of the service; nil: any.
    var service: String?

    /// Reads `ADDRESS` or `ADDRESS:PORT`, an IPv6 address with a port in brackets; nil where it is neither.
    init?(_ server: some StringProtocol, service: String? = nil) {
      if let address = IPAddress(String(server)) {
        self.address = address
      } else if let endpoint = Endpoint(server) {
        address = endpoint.address
        port = endpoint.port
      } else {
        return nil
      }
      self.service = service
    }
  }

  /// Takes servers out for the operator: they keep their connections for the service's `drain`.
  ///
  /// That lasts until ``undrain(_:)``, across reloads and restarts.
  /// - Returns: what was taken out, or was out already; empty: no service has such a server.
  /// - Throws: where it cannot be remembered.
  func drain(_ selection: Selection) throws(Failure) -> [SelectedServerRecord] {
    try setMaintenance(true, of: selected(by: selection))
  }

  /// Gives servers back, also those that the configuration does not have now: they would be out on their return.
  ///
  /// - Returns: what was given back, or was in already; empty: no service has or had such a server.
  /// - Throws: where it cannot be remembered.
  func undrain(_ selection: Selection) throws(Failure) -> [SelectedServerRecord] {
    let configured = selected(by: selection)
    let names = Dictionary(configuration.services.map { ($0.virtualService.key, $0.name) }) { first, _ in
      first
    }
    let absent = maintenance.sorted { $0.key < $1.key }.flatMap { key, servers in
      servers.sorted().map { Selected(service: key, name: names[key] ?? key.description, server: $0) }
    }.filter { remembered in
      selection.matches(remembered.server, of: remembered.name)
        && !configured.contains { $0.service == remembered.service && $0.server == remembered.server }
    }
    return try setMaintenance(false, of: configured + absent)
  }

  /// A server of a service.
  private struct Selected {
    var service: ServiceKey
    var name: String
    var server: Endpoint
  }

  private func selected(by selection: Selection) -> [Selected] {
    configuration.services.flatMap { service in
      service.servers.map(\.endpoint).filter { selection.matches($0, of: service.name) }.map {
        Selected(service: service.virtualService.key, name: service.name, server: $0)
      }
    }
  }

  private func setMaintenance(
    _ isInMaintenance: Bool, of selected: [Selected]
  ) throws(Failure) -> [SelectedServerRecord] {
    var next = maintenance
    for one in selected {
      if isInMaintenance {
        next[one.service, default: []].insert(one.server)
      } else {
        next[one.service]?.remove(one.server)
      }
    }
    next = next.filter { !$0.value.isEmpty }
    // Remembered first: after a crash the server must be where the operator put it.
    if next != maintenance { try runtime.maintenance.write(next) }
    let former = maintenance
    maintenance = next
    for one in selected {
      guard let service = services[one.service], service.balancer.servers[one.server]?.isRemoved == false
      else {
        // The configuration does not have it now.
        if former[one.service]?.contains(one.server) == true {
          log.report(.service(one.name, .maintenanceEnded(one.server)))
        }
        continue
      }
      follow(service.balancer.setMaintenance(isInMaintenance, of: one.server, at: now), of: service)
    }
    return selected.map { SelectedServerRecord(service: $0.name, server: "\($0.server)") }
  }
}

extension Director.Selection: CustomStringConvertible {
  /// `10.0.0.11:6443 in kube-apiserver`.
  var description: String {
    let server = port.map { Endpoint(address, port: $0).description } ?? address.description
    return service.map { "\(server) in \($0)" } ?? server
  }

  fileprivate func matches(_ server: Endpoint, of service: String) -> Bool {
    server.address == address && (port ?? server.port) == server.port && (self.service ?? service) == service
  }
}
