internal import Model

/// What a configuration must not ask of this very host.
struct InterfaceRules {
  let draft: DirectorDraft
  let interfaces: [InterfaceFacts]
  let report: Report

  /// Notes everything that the host cannot have.
  func check() {
    for router in draft.virtualRouters {
      guard let interface = interface(router.configuration.interface, at: router.interface) else { continue }
      for (tracked, position) in zip(router.configuration.interfaces, router.interfaces) {
        _ = self.interface(tracked.name, at: position)
      }
      for (network, position) in zip(router.configuration.addresses, router.addresses) {
        let own = interface.networks.first { $0.address == network.address }
        if let own, own != network, own.prefixLength < own.address.family.addressBits {
          report.add(.isThisHost(network.address, interface: interface.name), at: position)
        } else {
          checkNetwork(network.address, interface, at: position)
        }
      }
      for (peer, position) in zip(router.configuration.peers, router.peers) {
        if let own = interfaces.first(where: { $0.networks.contains { $0.address == peer } }) {
          report.add(.peerIsThisHost(peer, interface: own.name), at: position)
        } else {
          checkNetwork(peer, interface, at: position)
        }
      }
    }
    for service in draft.services where !draft.virtualRouters.isEmpty { checkOwnServers(of: service) }
    if let sync = draft.connectionSync { _ = interface(sync.interface, at: draft.connectionSyncPosition) }
  }

  /// A director that is a server itself.
  ///
  /// Directed and tunnelled packets of an Active director's own processes have the service's address as their source, which
  /// the other servers have as well: they drop them. And by NAT the own server of a director that takes over knows the
  /// service's address as its clients', while packets that the kernel gives to this host itself keep their own.
  private func checkOwnServers(of service: ServiceDraft) {
    let own = Set(interfaces.flatMap(\.networks).map(\.address))
    for (server, position) in zip(service.configuration.servers, service.servers)
    where own.contains(server.endpoint.address) {
      switch server.forwarding {
      case .direct, .tunnel:
        report.add(.directsToItself(server.endpoint, service: service.configuration.name), at: position)
        if draft.connectionSync == nil {
          report.add(.directsInCircles(server.endpoint, service: service.configuration.name), at: position)
        } else if routersMoveApart {
          report.add(.directsApart(server.endpoint, service: service.configuration.name), at: position)
        }
      case .nat:
        if draft.connectionSync != nil, routersMoveApart {
          report.add(.syncsApart(server.endpoint, service: service.configuration.name), at: position)
        }
        guard service.configuration.sourceNAT == .vip else { continue }
        report.add(.translatesForItself(server.endpoint, service: service.configuration.name), at: position)
      case .local, .bypass: break
      }
    }
  }

  /// Whether two directors may each be Active for a virtual router.
  private var routersMoveApart: Bool {
    let groups = draft.virtualRouters.map(\.configuration.group)
    return groups.count > 1 && (groups.contains(nil) || Set(groups).count > 1)
  }

  private func interface(_ name: String, at position: SourcePosition) -> InterfaceFacts? {
    if let interface = interfaces.first(where: { $0.name == name }) { return interface }
    report.add(.unknownInterface(name, known: interfaces.map(\.name)), at: position)
    return nil
  }

  private func checkNetwork(_ address: IPAddress, _ interface: InterfaceFacts, at position: SourcePosition) {
    // A link-local address is on every link.
    if address.isLinkLocal { return }
    // The virtual address itself may stand on the interface, when this director holds it.
    if interface.networks.contains(where: { $0.contains(address) && $0.address != address }) { return }
    report.add(.notOnNetwork(address, interface), at: position)
  }
}
