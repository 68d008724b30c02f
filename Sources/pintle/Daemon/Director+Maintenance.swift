internal import Balancing
internal import Configuration
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

  /// Takes a server out for the operator: it keeps its connections for the service's `drain`.
  ///
  /// That lasts until ``undrain(_:)``, across reloads and restarts.
  /// - Returns: the services that it was taken out of, or was out of already, with its endpoints.
  /// - Throws: where no service has such a server, or it cannot be remembered.
  func drain(_ selection: Selection) throws(Failure) -> [(service: String, server: Endpoint)] {
    try setMaintenance(true, of: selection)
  }

  /// Gives a server back.
  ///
  /// - Returns: the services that it was given back to, or was in already, with its endpoints.
  /// - Throws: where no service has such a server, or it cannot be remembered.
  func undrain(_ selection: Selection) throws(Failure) -> [(service: String, server: Endpoint)] {
    try setMaintenance(false, of: selection)
  }

  private func setMaintenance(
    _ isInMaintenance: Bool, of selection: Selection
  ) throws(Failure) -> [(service: String, server: Endpoint)] {
    let found = configuration.services.flatMap { service in
      service.servers.filter { selection.matches($0.endpoint, of: service.name) }.map {
        (service, $0.endpoint)
      }
    }
    guard !found.isEmpty else { throw Failure("no service has a server \(selection)") }
    var next = maintenance
    for (service, server) in found {
      let key = service.virtualService.key
      if isInMaintenance {
        next[key, default: []].insert(server)
      } else {
        next[key]?.remove(server)
      }
    }
    next = next.filter { !$0.value.isEmpty }
    // Remembered first: after a crash the server must be where the operator put it.
    if next != maintenance { try runtime.maintenance.write(next) }
    maintenance = next
    for (configured, server) in found {
      guard let service = services[configured.virtualService.key] else { continue }
      follow(service.balancer.setMaintenance(isInMaintenance, of: server, at: now), of: service)
    }
    return found.map { ($0.0.name, $0.1) }
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
