import Configuration
import Model
import TestSupport

/// Configurations that break no rule, with everything the file format can say.
struct ConfigurationGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func configuration() -> DirectorConfiguration {
    let services = (0..<Int.random(in: 0...6, using: &random)).map { service($0) }
    let routers = (0..<Int.random(in: 0...3, using: &random)).map {
      router($0, services: services)
    }
    let isMixed = services.contains { service in
      var servers = service.servers
      if case .fallback(let server) = service.whenAllFail { servers.append(server) }
      return servers.contains { $0.endpoint.address.family != service.virtualService.key.family }
    }
    let sync = ConnectionSyncConfiguration(interface: "eth0", id: .random(in: 1...255, using: &random))
    return DirectorConfiguration(
      services: services, virtualRouters: routers, connectionSync: isMixed || flip() ? nil : sync,
      stop: pick(DirectorConfiguration.Stop.allCases))
  }

  private mutating func service(_ index: Int) -> ServiceConfiguration {
    let family: AddressFamily = flip() ? .ipv4 : .ipv6
    let isMark = Int.random(in: 0..<4, using: &random) == 0
    let transport = pick(TransportProtocol.allCases)
    let persistence = flip() ? persistence(family) : nil
    let port: UInt16 = persistence != nil && flip() ? 0 : .random(in: 1...65535, using: &random)
    let key: ServiceKey =
      isMark
      ? .firewallMark(UInt32(index + 1), family)
      : .endpoint(transport, Endpoint(address(family, network: 250, host: index), port: port))
    let scheduler = pick(Scheduler.known)
    let virtualService = VirtualService(
      key, scheduler: scheduler, schedulerFlags: pick([[], .flag1, [.flag2, .flag3], .all]),
      persistence: persistence,
      persistenceEngine: persistence != nil && flip() ? PersistenceEngine("sip") : nil,
      isOnePacket: (isMark || transport == .udp) && flip())
    let forwarding = forwarding()
    let servers = (0..<Int.random(in: 1...4, using: &random)).map {
      server($0, of: key, forwarding: flip() ? forwarding : self.forwarding())
    }
    let usesNAT = servers.contains { $0.forwarding == .nat }
    let sources: [ServiceConfiguration.SourceNAT] =
      usesNAT ? (isMark ? [.masquerade, .none] : [.vip, .masquerade, .none]) : [.none]
    let fallback = server(9, of: key, forwarding: forwarding)
    let quorum = Int.random(in: 1...max(1, servers.count { $0.weight > 0 }), using: &random)
    return ServiceConfiguration(
      name: pick(["api-\(index)", "null\(index)", "\(index)", "A.b_\(index)"]),
      virtualService: virtualService,
      forwarding: forwarding, servers: servers, sourceNAT: pick(sources), check: check(of: servers),
      checkPort: servers.contains { $0.endpoint.port == 0 } || flip()
        ? .random(in: 1...65535, using: &random) : nil,
      drain: .milliseconds(Int.random(in: 0...86_400_000, using: &random)),
      slowStart: .seconds(Int.random(in: 0...3600, using: &random)),
      whenAllFail: pick([
        .keep, .empty,
        .fallback(RealServer(fallback.endpoint, forwarding: forwarding)),
      ]),
      resetClients: flip(), quorum: quorum,
      hysteresis: .random(in: 0...(servers.count - quorum), using: &random))
  }

  private mutating func server(_ index: Int, of key: ServiceKey, forwarding: ForwardingMethod) -> RealServer {
    var isTunnel = false
    if case .tunnel = forwarding { isTunnel = true }
    let family = isTunnel && flip() ? pick(AddressFamily.allCases) : key.family
    let anyPort: UInt16 = .random(in: 1...65535, using: &random)
    let port: UInt16 =
      switch key.port {
      case nil: flip() ? 0 : anyPort
      case 0?: forwarding == .nat && flip() ? anyPort : 0
      case let port?: forwarding == .nat && flip() ? anyPort : port
      }
    let upper = UInt32.random(in: 0...RealServer.maximumNumber, using: &random)
    return RealServer(
      Endpoint(address(family, network: 1, host: index), port: port), forwarding: forwarding,
      weight: pick([0, 1, RealServer.maximumNumber]), upperThreshold: upper,
      lowerThreshold: .random(in: 0...upper, using: &random))
  }

  private mutating func forwarding() -> ForwardingMethod {
    pick([
      .nat, .nat, .direct, .tunnel(.ipip), .tunnel(.gue(port: 6080, pick(Tunnel.Checksum.allCases))),
      .tunnel(.gre(pick([.none, .full]))),
    ])
  }

  private mutating func persistence(_ family: AddressFamily) -> Persistence {
    let timeout = UInt32.random(in: 1...Persistence.maximumTimeout, using: &random)
    if family == .ipv4, flip() {
      return Persistence(timeout: timeout, mask: .random(in: 0...(.max), using: &random))
    }
    let shortest = family == .ipv4 ? 0 : 1
    return Persistence(
      timeout: timeout, prefixLength: .random(in: shortest...family.addressBits, using: &random),
      family: family)
  }

  private mutating func check(of servers: [RealServer]) -> HealthCheck {
    let interval = Int.random(in: 100...3_600_000, using: &random)
    let probe = probe()
    let isOurs: Bool
    switch probe {
    case .exec, .file: isOurs = false
    default: isOurs = true
    }
    let families = Set(servers.map(\.endpoint.address.family))
    let family = families.count == 1 && isOurs && flip() ? families.first : nil
    return HealthCheck(
      probe, interval: .milliseconds(interval),
      timeout: .milliseconds(Int.random(in: 10...interval, using: &random)),
      rise: .random(in: 1...100, using: &random), fall: .random(in: 1...100, using: &random),
      sentinel: probe.isConnection ? flip() : nil,
      source: family.map { address($0, network: 3, host: 1) })
  }

  private mutating func probe() -> HealthCheck.Probe {
    let file = "/srv/my \"own\" files/ca\\1: #2.crt"
    let tls = HealthCheck.TLS(
      authorityFile: pick([nil, "/etc/pki/ca.crt", file]),
      serverName: pick([nil, "kubernetes", "api.example.org", "null", "10"]),
      client: pick([nil, HealthCheck.TLS.Client(certificateFile: file, keyFile: "/null")]),
      versions: pick([.v12 ... .v12, .v12 ... .v13, .v13 ... .v13]))
    let requests = (0...Int.random(in: 0...3, using: &random)).map { _ in
      HealthCheck.HTTP.Request(
        path: pick(["/", "/readyz", "/readyz?exclude=etcd&verbose#x"]),
        expectedStatus: pick([[200...299], [200...200], [100...599, 204...204]]),
        expectedBody: pick([nil, "ok", " null: \"#\\", "{ä}"]))
    }
    let http = HealthCheck.HTTP(
      requests,
      headers: pick([[], [.init("Host", "api"), .init("X-*", "a: \"b\", #\\"), .init("null", "")]]),
      tokenFile: pick([nil, "/var/run/token"]))
    let dns = HealthCheck.DNS(
      name: pick([".", "kubernetes.default.svc.", "_a.*.b", "null"]),
      type: pick(HealthCheck.DNS.RecordType.allCases),
      expectedCode: pick([nil] + HealthCheck.DNS.ResponseCode.allCases))
    let udp = HealthCheck.UDP(
      payload: pick([[], [0, 15, 255], Array("10".utf8)]), expectedAnswer: pick([nil, [], [1, 0]]))
    let exec = HealthCheck.Exec(
      command: [file] + pick([[], ["", "-x", "null", "1", "a 'b'"]]), hasDynamicWeight: flip())
    return pick([
      .tcp, .tls(tls), .http(http), .https(http, tls), .dns(dns), .udp(udp), .ping, .exec(exec),
      .file(HealthCheck.File(path: "/run/drain/{address}", holdsWeight: flip())),
    ])
  }

  private mutating func router(_ index: Int, services: [ServiceConfiguration]) -> VirtualRouterConfiguration {
    let family = pick(AddressFamily.allCases)
    let addresses = (0...Int.random(in: 0...3, using: &random)).compactMap {
      IPNetwork(
        address(family, network: 240 + index, host: $0),
        prefixLength: .random(in: 1...family.addressBits, using: &random))
    }
    let isVersion2 = family == .ipv4 && flip()
    let interval: Duration =
      isVersion2
      ? .seconds(Int.random(in: 1...40, using: &random))
      : .milliseconds(10 * Int.random(in: 1...4095, using: &random))
    let all = family == .ipv4 ? addresses : [linkLocal(index)] + addresses
    return VirtualRouterConfiguration(
      name: "router-\(index)", interface: pick(["eth0", "bond0.12", "null", "br-lan"]), id: UInt8(index + 1),
      version: isVersion2 ? .v2 : .v3,
      checksum: isVersion2 || family == .ipv6 ? .withPseudoHeader : pick([.withPseudoHeader, .messageOnly]),
      priority: .random(in: 1...255, using: &random), advertisementInterval: interval,
      addresses: all,
      peers: (0..<Int.random(in: 0...3, using: &random)).map { address(family, network: 2, host: $0) },
      preemption: pick([.never, .after(.zero), .after(.milliseconds(1500)), .after(.seconds(3600))]),
      startupHold: pick([.zero, .milliseconds(1), .seconds(3600)]),
      services: flip()
        ? .listed(services.filter { _ in flip() }.map { tracked($0.name) })
        : .ofAddresses(
          services.filter { service in all.contains { $0.address == service.virtualService.key.address } }
            .map(\.name)),
      interfaces: flip() ? [] : [tracked("null"), tracked("eth1")],
      scripts: (0..<Int.random(in: 0...2, using: &random)).map { script($0) },
      group: pick([nil, "null", "g"]),
      authentication: authentication(isVersion2: isVersion2),
      announcements: .init(
        burst: .random(in: 0...100, using: &random), repeatAfter: pick([.zero, .milliseconds(1500)]),
        refreshEvery: pick([.zero, .seconds(86_400)])),
      hasVirtualMAC: flip(), carrierDelay: pick([.zero, .milliseconds(1), .seconds(60)]),
      notify: pick([[], ["/bin/notify"], ["/a \"b\"/c", "", "-x", "null"]]))
  }

  private mutating func tracked(_ name: String) -> VirtualRouterConfiguration.Tracked {
    .init(name, weight: pick([nil, -1, -253]))
  }

  private mutating func script(_ index: Int) -> VirtualRouterConfiguration.Script {
    let interval = Int.random(in: 100...3_600_000, using: &random)
    return .init(
      name: "script-\(index)", command: ["/bin/script"] + pick([[], ["", "a 'b'", "#"]]),
      interval: .milliseconds(interval),
      timeout: .milliseconds(Int.random(in: 10...interval, using: &random)),
      rise: .random(in: 1...100, using: &random), fall: .random(in: 1...100, using: &random),
      weight: pick([nil, -1, -253]))
  }

  private mutating func authentication(isVersion2: Bool) -> VirtualRouterConfiguration.Authentication? {
    let ids = (1...Int.random(in: 1...3, using: &random)).map { UInt8($0 * 85) }
    let hmac = VirtualRouterConfiguration.HMAC(
      keys: ids.map { .init(id: $0, file: "/etc/pintle/key \($0)") },
      mode: pick([.receiveOnly, .permissive, .enforce]), window: pick([.seconds(1), .seconds(300)]))
    return isVersion2
      ? pick([nil, .password("null"), .password("a: #\"\\"), .hmac(hmac)]) : pick([nil, .hmac(hmac)])
  }

  private func linkLocal(_ index: Int) -> IPNetwork {
    IPNetwork(host: .ipv6(IPv6Address(0xFE80 << 112 | UInt128(index + 1))))
  }

  /// Addresses of different networks and hosts are different.
  private func address(_ family: AddressFamily, network: Int, host: Int) -> IPAddress {
    switch family {
    case .ipv4: .ipv4(IPv4Address(10, 0, UInt8(network), UInt8(host)))
    case .ipv6: .ipv6(IPv6Address(0xFD00 << 112 | UInt128(network) << 16 | UInt128(host)))
    }
  }

  private mutating func flip() -> Bool { .random(using: &random) }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }
}
