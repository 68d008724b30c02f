import Configuration
import Model
import TestSupport
import Testing

@Suite("What is read")
struct ConfigurationReaderTests {
  private func read(_ text: String) throws -> DirectorConfiguration {
    let reading = ConfigurationReader.read(Array(text.utf8), file: "pintle.yaml")
    return try #require(reading.configuration, "\(reading.diagnostics)")
  }

  private func service(_ text: String) throws -> ServiceConfiguration {
    try #require(try read("services:\n  - {name: a, \(text)}\n").services.first)
  }

  private func endpoint(_ text: String) throws -> Endpoint { try #require(Endpoint(text)) }

  @Test("is a service with all of its defaults")
  func defaults() throws {
    let service = try service("address: 10.0.0.250:6443, servers: [10.0.0.11]")
    let key = ServiceKey.endpoint(.tcp, try endpoint("10.0.0.250:6443"))
    let server = RealServer(try endpoint("10.0.0.11:6443"), forwarding: .nat)
    #expect(
      service
        == ServiceConfiguration(
          name: "a", virtualService: VirtualService(key), forwarding: .nat, servers: [server],
          sourceNAT: .vip,
          check: HealthCheck(.tcp, interval: .seconds(1), timeout: .milliseconds(800), rise: 2, fall: 3),
          checkPort: nil, drain: .seconds(60), slowStart: .zero, whenAllFail: .keep, resetClients: true,
          quorum: 1))
  }

  @Test("is a server as an address, as an endpoint or as a mapping, of either family")
  func servers() throws {
    let service = try service(
      """
      address: "[fd00::250]:6443", servers: ["fd00::11", "[fd00::12]", "[fd00::13]:443",
        {address: "fd00::14", weight: 0, upperThreshold: 9, lowerThreshold: 8},
        {address: 10.0.0.1, forwarding: {tunnel: {kind: gue, port: 6080, checksum: remote}}}]
      """)
    #expect(
      service.servers == [
        RealServer(try endpoint("[fd00::11]:6443"), forwarding: .nat),
        RealServer(try endpoint("[fd00::12]:6443"), forwarding: .nat),
        RealServer(try endpoint("[fd00::13]:443"), forwarding: .nat),
        RealServer(
          try endpoint("[fd00::14]:6443"), forwarding: .nat, weight: 0, upperThreshold: 9, lowerThreshold: 8),
        RealServer(try endpoint("10.0.0.1:6443"), forwarding: .tunnel(.gue(port: 6080, .remote))),
      ])
  }

  @Test("is a firewall mark, whose check has a port of its own")
  func firewallMark() throws {
    let service = try service("fwmark: 7, family: ipv6, servers: [\"fd00::11\"], check: {port: 443}")
    #expect(service.virtualService.key == .firewallMark(7, .ipv6))
    #expect(service.sourceNAT == .masquerade)
    let server = try #require(service.servers.first)
    #expect(server.endpoint.port == 0)
    #expect(service.checkTarget(of: server) == (try endpoint("[fd00::11]:443")))
  }

  @Test(
    "is a forwarding in every notation",
    arguments: [
      ("nat", .nat), ("direct", .direct), ("tunnel", .tunnel(.ipip)), ("{tunnel: {}}", .tunnel(.ipip)),
      ("{tunnel: {kind: gre}}", .tunnel(.gre(.none))),
      ("{tunnel: {kind: gre, checksum: full}}", .tunnel(.gre(.full))),
      ("{tunnel: {kind: gue, port: 6080}}", .tunnel(.gue(port: 6080, .none))),
    ] as [(String, ForwardingMethod)])
  func forwarding(_ text: String, _ method: ForwardingMethod) throws {
    let service = try service("address: 10.0.0.250:6443, servers: [10.0.0.11], forwarding: \(text)")
    #expect(service.forwarding == method)
    #expect(service.servers.map(\.forwarding) == [method])
    #expect(service.sourceNAT == (method == .nat ? .vip : .none))
  }

  @Test(
    "is a duration with its unit",
    arguments: [
      ("100ms", .milliseconds(100)), ("1s", .seconds(1)), ("1.5s", .milliseconds(1500)),
      ("1m30s", .seconds(90)),
      ("0.25h", .seconds(900)), ("1m0.001s", .milliseconds(60_001)),
    ] as [(String, Duration)])
  func duration(_ text: String, _ duration: Duration) throws {
    let service = try service(
      "address: 10.0.0.250:6443, servers: [10.0.0.11], check: {interval: \(text), timeout: 10ms}")
    #expect(service.check.interval == duration)
  }

  @Test("has a time-out that follows a shorter interval")
  func shortInterval() throws {
    let service = try service("address: 10.0.0.250:6443, servers: [10.0.0.11], check: {interval: 500ms}")
    #expect(service.check.timeout == .milliseconds(500))
  }

  @Test(
    "is an expected status in every notation",
    arguments: [
      ("200", [200...200]), ("200-299", [200...299]), ("\"204\"", [204...204]),
      ("[200, 300-399]", [200...200, 300...399]),
    ] as [(String, [ClosedRange<Int>])])
  func status(_ text: String, _ status: [ClosedRange<Int>]) throws {
    let service = try service(
      "address: 10.0.0.250:80, servers: [10.0.0.11], check: {http: {status: \(text)}}")
    #expect(service.check.probe == .http(.init(path: "/", expectedStatus: status)))
  }

  @Test(
    "is persistence with its mask",
    arguments: [
      ("{}", Persistence(timeout: 300, mask: 0xFFFF_FFFF)),
      ("{timeout: 5m, netmask: 24}", Persistence(timeout: 300, mask: 0xFFFF_FF00)),
      ("{netmask: 255.255.0.255}", Persistence(timeout: 300, mask: 0xFFFF_00FF)),
      ("{netmask: 0}", Persistence(timeout: 300, mask: 0)),
    ])
  func persistence(_ text: String, _ persistence: Persistence) throws {
    let service = try service("address: 10.0.0.250:80, servers: [10.0.0.11], persistence: \(text)")
    #expect(service.virtualService.persistence == persistence)
  }

  @Test("is a virtual router with all of its defaults")
  func router() throws {
    let configuration = try read(
      "virtualRouters: [{name: r, interface: eth0, id: 7, addresses: [\"fd00::250\", \"fe80::250/64\"]}]")
    // A link-local address comes first.
    let addresses = ["fe80::250/64", "fd00::250/128"].compactMap { IPNetwork($0) }
    #expect(
      configuration.virtualRouters == [
        VirtualRouterConfiguration(
          name: "r", interface: "eth0", id: 7, priority: 100, advertisementInterval: .milliseconds(100),
          addresses: addresses, peers: [], preemption: .after(.zero), services: .ofAddresses([]))
      ])
  }

  @Test("is a virtual router with everything that it can say")
  func fullRouter() throws {
    let configuration = try read(
      """
      services: [{name: api, address: 10.0.0.250:80, servers: [10.0.0.11]}]
      virtualRouters:
        - name: r
          interface: eth0
          id: 7
          version: 3
          checksum: message-only
          addresses: [10.0.0.250]
          startupHold: 10s
          services: [{name: api, weight: -50}]
          track:
            interfaces: [eth1, {name: eth2, weight: -20}]
            scripts:
              - {name: vpn, command: [/bin/vpn, up], interval: 2s, timeout: 1s, rise: 1, fall: 2, weight: -30}
              - {name: disk, command: /bin/disk}
          authentication: {hmac: {keys: [{id: 2, file: /k2}, {id: 1, file: /k1}], mode: permissive}}
          announcements: {burst: 3, repeatAfter: 0s, refreshEvery: 1m}
          virtualMAC: true
          carrierDelay: 200ms
          notify: [/bin/notify, -v]
      """)
    #expect(
      configuration.virtualRouters == [
        VirtualRouterConfiguration(
          name: "r", interface: "eth0", id: 7, version: .v3, checksum: .messageOnly,
          addresses: ["10.0.0.250/32"].compactMap { IPNetwork($0) }, startupHold: .seconds(10),
          services: .listed([.init("api", weight: -50)]),
          interfaces: [.init("eth1"), .init("eth2", weight: -20)],
          scripts: [
            .init(
              name: "vpn", command: ["/bin/vpn", "up"], interval: .seconds(2), timeout: .seconds(1), rise: 1,
              fall: 2, weight: -30),
            .init(name: "disk", command: ["/bin/disk"]),
          ],
          authentication: .hmac(
            .init(
              keys: [.init(id: 2, file: "/k2"), .init(id: 1, file: "/k1")], mode: .permissive,
              window: .seconds(5))),
          announcements: .init(burst: 3, repeatAfter: .zero, refreshEvery: .seconds(60)), hasVirtualMAC: true,
          carrierDelay: .milliseconds(200), notify: ["/bin/notify", "-v"])
      ])
  }

  @Test("is version 2 in whole seconds, with a password")
  func version2() throws {
    let router = try #require(
      try read(
        """
        virtualRouters:
          - {name: r, interface: eth0, id: 7, version: 2, addresses: [10.0.0.250],
             authentication: {password: secretpw}}
        """
      ).virtualRouters.first)
    #expect(router.version == .v2)
    #expect(router.advertisementInterval == .seconds(1))
    #expect(router.authentication == .password("secretpw"))
  }

  @Test("is an IPv6 router without a link-local address with one that its identifier makes")
  func derivedLinkLocal() throws {
    let long = try read("virtualRouters: [{name: r, interface: eth0, id: 7, addresses: [\"fd00::250\"]}]")
    #expect(
      long.virtualRouters.first?.addresses.map(\.description)
        == ["fe80::5e00:207/128", "fd00::250/128"])
    let short = try read(
      "controlPlane: {endpoint: \"[fd00::250]:6443\", servers: [\"fd00::11\"], interface: eth0}")
    #expect(
      short.virtualRouters.first?.addresses.map(\.description)
        == ["fe80::5e00:233/128", "fd00::250/128"])
  }

  @Test("is a virtual router that watches the services on its addresses, unless it says which")
  func watchedServices() throws {
    let services = """
      services:
        - {name: api, address: 10.0.0.250:6443, servers: [10.0.0.11]}
        - {name: web, address: 10.0.0.250:443, servers: [10.0.0.11]}
        - {name: apart, address: 10.0.0.251:443, servers: [10.0.0.11]}
        - {name: marked, fwmark: 7, servers: [10.0.0.11:6443]}
      """
    for (keys, watched) in [
      ("", .ofAddresses(["api", "web"])), (", services: []", .listed([])),
      (
        ", services: [marked, {name: web, weight: -5}]", .listed([.init("marked"), .init("web", weight: -5)])
      ),
    ] as [(String, VirtualRouterConfiguration.WatchedServices)] {
      let configuration = try read(
        "\(services)\nvirtualRouters: [{name: r, interface: eth0, id: 7, addresses: [10.0.0.250]\(keys)}]")
      #expect(configuration.virtualRouters.map(\.services) == [watched])
    }
  }

  @Test("is the groups of its virtual routers, in an order that both directors find")
  func groups() throws {
    let configuration = try read(
      """
      virtualRouters:
        - {name: six, interface: eth0, id: 1, addresses: ["fe80::250"], group: g}
        - {name: alone, interface: eth0, id: 2, addresses: [10.0.0.252]}
        - {name: four, interface: eth0, id: 3, addresses: [10.0.0.250], group: g}
        - {name: solo, interface: eth0, id: 4, addresses: [10.0.0.253]}
        - {name: other, interface: eth1, id: 1, addresses: [10.0.1.250], group: g}
      """)
    #expect(
      configuration.routerGroups.map { $0.map(\.name) } == [["other", "four", "six"], ["alone"], ["solo"]])
  }

  @Test("is a short form without an interface as a service alone, beside the long form")
  func shortAndLong() throws {
    let configuration = try read(
      """
      controlPlane: {endpoint: 10.0.0.250:6443, servers: [10.0.0.11], forwarding: direct, check: {tcp: {}}}
      services: [{name: web, address: 10.0.0.251:443, servers: [10.0.0.11]}]
      """)
    #expect(configuration.services.map(\.name) == ["kube-apiserver", "web"])
    #expect(configuration.services.map(\.sourceNAT) == [.none, .vip])
    #expect(configuration.services.map(\.check.probe) == [.tcp, .tcp])
    #expect(configuration.virtualRouters.isEmpty)
  }

  @Test("is the forwarding table that is desired while all servers are healthy")
  func forwardingTable() throws {
    let configuration = try read(
      "services: [{name: a, address: 10.0.0.250:6443, servers: [10.0.0.11, {address: 10.0.0.12, weight: 2}]}]"
    )
    let service = VirtualService(.endpoint(.tcp, try endpoint("10.0.0.250:6443")))
    let servers = [
      RealServer(try endpoint("10.0.0.11:6443"), forwarding: .nat),
      RealServer(try endpoint("10.0.0.12:6443"), forwarding: .nat, weight: 2),
    ]
    #expect(configuration.forwardingTable == ForwardingTable([.init(service, servers: servers)]))
  }

  @Test("can be had by the host that has its networks")
  func host() throws {
    let reading = ConfigurationReader.read(
      Array(
        """
        controlPlane:
          {endpoint: 10.0.0.250:6443, servers: [10.0.0.11], interface: eth0, peer: 10.0.0.2}
        connectionSync: {interface: eth1, id: 1}
        """.utf8), file: "pintle.yaml")
    let checked = reading.checked(against: GoldenTests.interfaces)
    #expect(checked.diagnostics.isEmpty)
    #expect(checked.configuration == reading.configuration)
  }

  @Test(
    "is every example without a diagnostic",
    arguments: TestFiles.names(in: TestFiles.examples, suffix: ".yaml"))
  func examples(_ name: String) throws {
    let bytes = try #require(TestFiles.read("\(TestFiles.examples)/\(name).yaml"))
    let reading = ConfigurationReader.read(bytes, file: name)
    #expect(reading.diagnostics.isEmpty)
    #expect(reading.configuration != nil)
  }

  @Test("there are examples")
  func hasExamples() {
    #expect(TestFiles.names(in: TestFiles.examples, suffix: ".yaml").contains("control-plane"))
  }

  @Test("is any text, in bounded time", arguments: 1...200)
  func anyText(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var generator = ConfigurationGenerator(seed: seed)
    var bytes = Array(ConfigurationWriter.write(generator.configuration()).utf8)
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let index = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[index] = .random(in: 0...255, using: &random)
      case 1:
        bytes.insert(contentsOf: Array("[{:- \t\"#&*!\n".utf8).shuffled(using: &random).prefix(2), at: index)
      default: if bytes.count > 1 { bytes.remove(at: index) }
      }
    }
    let reading = ConfigurationReader.read(bytes, file: "mutated.yaml")
    #expect((reading.configuration == nil) == reading.diagnostics.contains { $0.severity == .error })
  }
}
