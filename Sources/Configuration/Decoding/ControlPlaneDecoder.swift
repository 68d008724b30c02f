internal import Model

/// Reads `controlPlane`, the short form: one service, and the virtual router that holds its address.
enum ControlPlaneDecoder {
  /// The name of the service that the short form stands for.
  static let serviceName = "kube-apiserver"
  /// The name of its virtual router.
  static let routerName = "control-plane"
  /// Where kubeadm keeps the authority of the API server's certificate.
  static let authorityFile = "/etc/kubernetes/pki/ca.crt"
  /// A name that every API server's certificate carries.
  static let serverName = "kubernetes"
  /// The virtual router identifier of those who have no other.
  static let routerID: UInt8 = 51
  /// How long the router listens before it claims: its peer's neighbour table may take a second to find it again.
  static let startupHold = Duration.seconds(2)

  private static let routerKeys = ["id", "priority", "peer", "advertisementInterval", "preempt"]

  /// What the short form stands for; what could not be read is nil, and noted.
  static func decode(_ node: Node, _ report: Report) -> (ServiceDraft?, VirtualRouterDraft?) {
    guard var fields = Fields(node, of: "'controlPlane'", report) else { return (nil, nil) }
    defer { fields.finish() }
    let endpoint = fields.required("endpoint", .virtualEndpoint)
    let key = endpoint.map { ServiceKey.endpoint(.tcp, $0) }
    let given = fields.take("forwarding").map { ForwardingDecoder.decode($0, report) }
    let forwarding = given.flatMap(\.self) ?? .nat
    let isForwardingKnown = given.map { $0 != nil } ?? true
    let decoder = ServersDecoder(key: isForwardingKnown ? key : nil, forwarding: forwarding, report: report)
    let servers = fields.required("servers").map(decoder.decode) ?? []
    let check = check(&fields)
    check.verifySource(reaches: servers, report)
    let router = router(&fields, address: endpoint?.address)
    guard let key else { return (nil, router) }
    if key.port == 0 { report.add(.servicePortZero, at: fields.position(of: "endpoint")) }
    let usesNAT = servers.isEmpty || servers.contains { $0.value.forwarding == .nat }
    let service = ServiceDraft(
      configuration: ServiceConfiguration(
        name: serviceName, virtualService: VirtualService(key), forwarding: forwarding,
        servers: servers.map(\.value), sourceNAT: usesNAT ? .vip : .none, check: check.check,
        checkPort: check.port),
      name: fields.position, address: fields.position(of: "endpoint"), servers: servers.map(\.position),
      fallback: fields.position)
    return (service, router)
  }

  /// The check of an API server, or the one that is given.
  private static func check(_ fields: inout Fields) -> CheckDecoder.Result {
    let authority = fields.optional("ca", .file) ?? authorityFile
    let name = fields.optional("serverName", .serverName) ?? serverName
    let request = HealthCheck.HTTP(path: "/readyz", expectedStatus: [200...200])
    let readyz = HealthCheck.Probe.https(request, .init(authorityFile: authority, serverName: name))
    guard let node = fields.take("check") else { return CheckDecoder.Result(check: HealthCheck(readyz)) }
    for key in ["ca", "serverName"] where fields.has(key) {
      fields.report.add(.conflictingKeys([key, "check"], of: fields.owner), at: fields.keyPosition(of: key))
    }
    return CheckDecoder.decode(node, fields.report) ?? CheckDecoder.Result(check: HealthCheck(readyz))
  }

  /// The virtual router, if an interface is given.
  private static func router(_ fields: inout Fields, address: IPAddress?) -> VirtualRouterDraft? {
    guard fields.has("interface") else {
      _ = fields.take("interface")
      for key in routerKeys { fields.reject(key, without: "without 'interface': there is no virtual router") }
      return nil
    }
    let interface = fields.optional("interface", .interface)
    let id = fields.optional("id", .integer(1...UInt8.max), default: routerID)
    let peers = VirtualRouterDecoder.peers(&fields, "peer")
    let settings = VirtualRouterDecoder.Settings(&fields)
    guard let interface, let id, let address else { return nil }
    let endpoint = Located(value: IPNetwork(host: address), position: fields.position(of: "endpoint"))
    let addresses = VirtualRouterDecoder.withLinkLocal([endpoint], id: id)
    return VirtualRouterDraft(
      configuration: VirtualRouterConfiguration(
        name: routerName, interface: interface, id: id, priority: settings.priority,
        advertisementInterval: settings.advertisementInterval, addresses: addresses.map(\.value),
        peers: peers.map(\.value), preemption: settings.preemption, startupHold: startupHold,
        services: .listed([.init(serviceName)])),
      name: fields.position, interface: fields.position(of: "interface"), id: fields.position(of: "id"),
      addresses: addresses.map(\.position), peers: peers.map(\.position), services: [endpoint.position],
      interfaces: [], group: fields.position)
  }
}
