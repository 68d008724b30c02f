internal import Model

/// What services and virtual routers must not say together.
struct DirectorRules {
  private let draft: DirectorDraft
  private let report: Report
  /// The virtual addresses, each with a word for what it belongs to.
  private let owners: [IPAddress: String]

  init(draft: DirectorDraft, report: Report) {
    self.draft = draft
    self.report = report
    owners = Self.owners(of: draft)
  }

  /// Notes everything that breaks a rule.
  func check() {
    checkNames()
    checkServiceKeys()
    checkServers()
    checkTranslatedServers()
    checkRouters()
    checkGroups()
    checkConnectionSync()
  }

  private func checkNames() {
    checkNames(draft.services.map { Located(value: $0.configuration.name, position: $0.name) }, of: "service")
    checkNames(
      draft.virtualRouters.map { Located(value: $0.configuration.name, position: $0.name) },
      of: "virtual router")
  }

  private func checkNames(_ names: [Located<String>], of what: String) {
    var seen: [String: SourcePosition] = [:]
    for name in names {
      if let first = seen[name.value] {
        report.add(.duplicateName(what, name.value, first: first), at: name.position)
      } else {
        seen[name.value] = name.position
      }
    }
  }

  private func checkServiceKeys() {
    var seen: [ServiceKey: ServiceDraft] = [:]
    for service in draft.services {
      let key = service.configuration.virtualService.key
      if let first = seen[key] {
        report.add(
          .duplicateService(key, first: first.configuration.name, at: first.address), at: service.address)
      } else {
        seen[key] = service
      }
    }
  }

  private static func owners(of draft: DirectorDraft) -> [IPAddress: String] {
    var owners: [IPAddress: String] = [:]
    for router in draft.virtualRouters {
      for network in router.configuration.addresses {
        owners[network.address] = "the virtual router \(Problem.quoted(router.configuration.name))"
      }
    }
    for service in draft.services {
      guard case .endpoint(_, let endpoint) = service.configuration.virtualService.key else { continue }
      owners[endpoint.address] = "the service \(Problem.quoted(service.configuration.name))"
    }
    return owners
  }

  private func checkServers() {
    for service in draft.services {
      var servers = Array(zip(service.configuration.servers, service.servers))
      if case .fallback(let server) = service.configuration.whenAllFail {
        servers.append((server, service.fallback))
      }
      for (server, position) in servers {
        guard let owner = owners[server.endpoint.address] else { continue }
        report.add(.virtualAddressAsServer(server.endpoint.address, owner: owner), at: position)
      }
    }
  }

  /// A direct or tunnelled server has the service's address itself, and drops what comes from that address.
  private func checkTranslatedServers() {
    struct Place: Hashable {
      var service: IPAddress
      var server: IPAddress
    }
    func places(_ service: ServiceDraft) -> [(Place, RealServer, SourcePosition)] {
      guard case .endpoint(_, let endpoint) = service.configuration.virtualService.key else { return [] }
      return zip(service.configuration.servers, service.servers).map {
        (Place(service: endpoint.address, server: $0.endpoint.address), $0, $1)
      }
    }
    var direct: [Place: String] = [:]
    for service in draft.services {
      for (place, server, _) in places(service) {
        switch server.forwarding {
        case .direct, .tunnel: direct[place] = service.configuration.name
        case .nat, .local, .bypass: break
        }
      }
    }
    for service in draft.services where service.configuration.sourceNAT == .vip {
      let found = places(service).first { place, server, _ in
        server.forwarding == .nat && direct[place] != nil
      }
      guard let (place, server, position) = found, let other = direct[place] else { continue }
      report.add(.translatedBesideDirect(server.endpoint, place.service, other: other), at: position)
    }
  }

  private func checkRouters() {
    struct Identity: Hashable {
      var id: UInt8
      var interface: String
      var family: AddressFamily
    }
    let names = Set(draft.serviceNames)
    let keys = Dictionary(
      draft.services.map { ($0.configuration.name, $0.configuration.virtualService.key) }
    ) { first, _ in first }
    var identities: [Identity: VirtualRouterDraft] = [:]
    struct Held: Hashable {
      var address: IPAddress
      /// Each link has link-local addresses of its own.
      var link: String?
    }
    var addresses: [Held: SourcePosition] = [:]
    for router in draft.virtualRouters {
      let configuration = router.configuration
      let identity = Identity(
        id: configuration.id, interface: configuration.interface, family: configuration.family)
      if let first = identities[identity] {
        report.add(
          .duplicateRouter(identity.id, identity.interface, first: first.configuration.name, at: first.name),
          at: router.id)
      } else {
        identities[identity] = router
      }
      for (network, position) in zip(configuration.addresses, router.addresses) {
        let held = Held(
          address: network.address, link: network.address.isLinkLocal ? configuration.interface : nil)
        if let first = addresses[held] {
          report.add(.duplicateAddress(network.address, first: first), at: position)
        } else {
          addresses[held] = position
        }
        if network.address.family != configuration.family {
          report.add(.routerFamily(network.address, router: configuration.family), at: position)
        }
      }
      for (peer, position) in zip(configuration.peers, router.peers) {
        if owners[peer] != nil { report.add(.peerIsVirtualAddress(peer), at: position) }
        if peer.family != configuration.family {
          report.add(.routerFamily(peer, router: configuration.family), at: position)
        }
      }
      checkServices(of: router, keys: keys, names: names)
    }
    // An address that could not be read may be the one.
    if !draft.virtualRouters.isEmpty, !report.hasErrors {
      checkStationaryServices(besides: Set(addresses.keys.map(\.address)))
    }
  }

  /// A forgotten address: somebody else may put it on the host, but nobody takes it to the other director.
  private func checkStationaryServices(besides held: Set<IPAddress>) {
    let ofRouters = Set(draft.virtualRouters.flatMap(\.configuration.services.listed).map(\.name))
    for service in draft.services where !ofRouters.contains(service.configuration.name) {
      guard case .endpoint(_, let endpoint) = service.configuration.virtualService.key,
        !held.contains(endpoint.address)
      else { continue }
      report.add(.stationaryService(endpoint.address), at: service.address)
    }
  }

  private func checkServices(of router: VirtualRouterDraft, keys: [String: ServiceKey], names: Set<String>) {
    let held = Set(router.configuration.addresses.map(\.address))
    for (name, position) in zip(router.configuration.services.listed.map(\.name), router.services) {
      if !names.contains(name) {
        report.add(.unknownService(name, known: draft.serviceNames), at: position)
      } else if case .endpoint(_, let endpoint)? = keys[name], !held.contains(endpoint.address) {
        report.add(.serviceElsewhere(name, endpoint.address), at: position)
      }
    }
  }

  /// A group of one is a misspelt group of two.
  private func checkGroups() {
    let groups = draft.virtualRouters.compactMap(\.configuration.group)
    for router in draft.virtualRouters {
      guard let group = router.configuration.group, groups.count(where: { $0 == group }) == 1 else {
        continue
      }
      report.add(.lonelyGroup(group, others: groups.filter { $0 != group }), at: router.group)
    }
  }

  /// The kernel starts no sync daemon while a destination is of another family than its service, and vice versa.
  private func checkConnectionSync() {
    guard draft.connectionSync != nil else { return }
    for service in draft.services.map(\.configuration) {
      let family = service.virtualService.key.family
      var servers = service.servers
      if case .fallback(let server) = service.whenAllFail { servers.append(server) }
      guard let other = servers.first(where: { $0.endpoint.address.family != family }) else {
        continue
      }
      report.add(
        .syncWithMixedFamilies(other.endpoint, service: service.name), at: draft.connectionSyncPosition)
    }
  }
}
