internal import Model

/// Reads one element of `virtualRouters`, and the keys that the short form shares with it.
struct VirtualRouterDecoder {
  private static let intervals = Duration.milliseconds(10)...Duration.milliseconds(40_950)
  private static let delays = Duration.zero...Duration.seconds(3600)

  /// Nil: something without which there is no virtual router could not be read, which is noted.
  static func decode(_ node: Node, _ report: Report) -> VirtualRouterDraft? {
    guard var fields = Fields(node, of: "a virtual router", report) else { return nil }
    defer { fields.finish() }
    let name = fields.required("name", .name)
    let interface = fields.required("interface", .interface)
    let id = fields.required("id", .integer(1...UInt8.max))
    let addresses = addresses(&fields)
    let peers = peers(&fields, "peers")
    let services = list(&fields, "services", expected: "a list of services").compactMap { node in
      report.read(node, as: .name).map { Located(value: $0, position: node.position) }
    }
    let settings = Settings(&fields)
    guard let name, let interface, let id, !addresses.isEmpty else { return nil }
    return VirtualRouterDraft(
      configuration: VirtualRouterConfiguration(
        name: name, interface: interface, id: id, priority: settings.priority,
        advertisementInterval: settings.advertisementInterval, addresses: addresses.map(\.value),
        peers: peers.map(\.value), preemption: settings.preemption, services: services.map(\.value)),
      name: fields.position(of: "name"), interface: fields.position(of: "interface"),
      id: fields.position(of: "id"), addresses: addresses.map(\.position), peers: peers.map(\.position),
      services: services.map(\.position))
  }

  /// What has a default, in the long form and in the short one.
  struct Settings {
    var priority = VirtualRouterConfiguration.defaultPriority
    var advertisementInterval = VirtualRouterConfiguration.defaultAdvertisementInterval
    var preemption = VirtualRouterConfiguration.Preemption.after(.zero)

    init(_ fields: inout Fields) {
      priority = fields.optional("priority", .integer(1...UInt8.max)) ?? priority
      if priority == .max { fields.report.add(.ownerPriority, at: fields.position(of: "priority")) }
      // VRRP carries hundredths of a second.
      let interval = Format.duration(intervals, multipleOf: .milliseconds(10))
      advertisementInterval = fields.optional("advertisementInterval", interval) ?? advertisementInterval
      guard let node = fields.take("preempt") else { return }
      guard case .mapping = node.content else {
        if fields.report.read(node, as: .boolean) == false { preemption = .never }
        return
      }
      guard var nested = Fields(node, of: "preempt", fields.report) else { return }
      if let delay = nested.required("delay", .duration(delays)) { preemption = .after(delay) }
      nested.finish()
    }
  }

  /// The peers; a single one stands for a list of one.
  static func peers(_ fields: inout Fields, _ key: String) -> [Located<IPAddress>] {
    let nodes = list(&fields, key, expected: "a list of addresses", orSingle: true)
    return distinct(nodes, as: .hostAddress, fields.report) { $0 }
  }

  private static func addresses(_ fields: inout Fields) -> [Located<IPNetwork>] {
    guard let node = fields.required("addresses"),
      let elements = fields.report.elements(of: node, expected: "a list of addresses")
    else { return [] }
    if elements.isEmpty { fields.report.add(.emptyList("'addresses'", needs: "address"), at: node.position) }
    return distinct(elements, as: .virtualAddress, fields.report, by: \.address)
  }

  private static func list(
    _ fields: inout Fields, _ key: String, expected: String, orSingle: Bool = false
  ) -> [Node] {
    fields.take(key).flatMap { fields.report.elements(of: $0, expected: expected, orSingle: orSingle) } ?? []
  }

  /// Reads a list of things with addresses, of equal addresses the first alone.
  private static func distinct<Value>(
    _ nodes: [Node], as format: Format<Value>, _ report: Report, by address: (Value) -> IPAddress
  ) -> [Located<Value>] {
    var values: [Located<Value>] = []
    var seen: [IPAddress: SourcePosition] = [:]
    for node in nodes {
      guard let value = report.read(node, as: format) else { continue }
      if let first = seen[address(value)] {
        report.add(.duplicateAddress(address(value), first: first), at: node.position)
      } else {
        seen[address(value)] = node.position
        values.append(Located(value: value, position: node.position))
      }
    }
    return values
  }
}
