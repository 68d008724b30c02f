internal import Model

/// Reads one element of `virtualRouters`, and the keys that the short form shares with it.
struct VirtualRouterDecoder {
  private static let intervals = Duration.milliseconds(10)...Duration.milliseconds(40_950)
  static let delays = Duration.zero...Duration.seconds(3600)

  /// Nil: something without which there is no virtual router could not be read, which is noted.
  static func decode(_ node: Node, _ report: Report) -> VirtualRouterDraft? {
    guard var fields = Fields(node, of: "a virtual router", report) else { return nil }
    defer { fields.finish() }
    let name = fields.required("name", .name)
    let interface = fields.required("interface", .interface)
    let id = fields.required("id", .integer(1...UInt8.max))
    let addresses = addresses(&fields, id: id)
    let peers = peers(&fields, "peers")
    let family = addresses.first?.value.address.family ?? .ipv4
    let version = version(&fields, family)
    let checksum = checksum(&fields, version, family)
    let settings = Settings(&fields, version)
    let listsServices = fields.has("services")
    let services = TrackingDecoder.tracked(&fields, "services", .name, expected: "a list of services")
    let track = TrackingDecoder.decode(&fields)
    let authentication = AuthenticationDecoder.decode(
      &fields, version: version, interval: settings.advertisementInterval)
    let startupHold = fields.optional("startupHold", .duration(delays))
    let group = fields.optional("group", .name)
    let announcements = announcements(&fields)
    let hasVirtualMAC = fields.optional("virtualMAC", .boolean)
    let carrierDelay = fields.optional("carrierDelay", .duration(.zero ... .seconds(60)))
    let notify = fields.take("notify").flatMap { CommandDecoder.decode($0, "'notify'", report) }
    guard let name, let interface, let id, !addresses.isEmpty else { return nil }
    return VirtualRouterDraft(
      configuration: VirtualRouterConfiguration(
        name: name, interface: interface, id: id, version: version, checksum: checksum,
        priority: settings.priority, advertisementInterval: settings.advertisementInterval,
        addresses: addresses.map(\.value), peers: peers.map(\.value), preemption: settings.preemption,
        startupHold: startupHold ?? .zero,
        services: listsServices ? .listed(services.map(\.value)) : .ofAddresses([]),
        interfaces: track.interfaces.map(\.value),
        scripts: track.scripts, group: group, authentication: authentication, announcements: announcements,
        hasVirtualMAC: hasVirtualMAC ?? false, carrierDelay: carrierDelay ?? .zero, notify: notify ?? []),
      name: fields.position(of: "name"), interface: fields.position(of: "interface"),
      id: fields.position(of: "id"), addresses: addresses.map(\.position), peers: peers.map(\.position),
      services: services.map(\.position), interfaces: track.interfaces.map(\.position),
      group: fields.position(of: "group"))
  }

  /// What has a default, in the long form and in the short one.
  struct Settings {
    var priority = VirtualRouterConfiguration.defaultPriority
    var advertisementInterval: Duration
    var preemption = VirtualRouterConfiguration.Preemption.after(.zero)

    init(_ fields: inout Fields, _ version: VirtualRouterConfiguration.Version = .v3) {
      priority = fields.optional("priority", .integer(1...UInt8.max)) ?? priority
      let position = fields.position(of: "priority")
      if priority == .max { fields.report.add(.ownerPriority, at: position) }
      if priority < 3 { fields.report.add(.telltalePriority(priority), at: position) }
      // Version 3 carries hundredths of a second, version 2 seconds.
      let step: Duration = version == .v3 ? .milliseconds(10) : .seconds(1)
      let interval = fields.optional("advertisementInterval", .duration(intervals, multipleOf: step))
      advertisementInterval =
        interval ?? max(step, VirtualRouterConfiguration.defaultAdvertisementInterval)
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
    let nodes = fields.list(key, expected: "a list of addresses", orSingle: true)
    return distinct(nodes, as: .hostAddress, fields.report) { $0 }
  }

  private static func addresses(_ fields: inout Fields, id: UInt8?) -> [Located<IPNetwork>] {
    guard let node = fields.required("addresses"),
      let elements = fields.report.elements(of: node, expected: "a list of addresses")
    else { return [] }
    if elements.isEmpty { fields.report.add(.emptyList("'addresses'", needs: "address"), at: node.position) }
    return withLinkLocal(distinct(elements, as: .virtualAddress, fields.report, by: \.address), id: id)
  }

  /// Puts a link-local address first, as RFC 9568 §5.2.9 wants it for IPv6; if there is none, one that says whose it is:
  /// the last four bytes of the virtual MAC address behind fe80::.
  static func withLinkLocal(_ addresses: [Located<IPNetwork>], id: UInt8?) -> [Located<IPNetwork>] {
    guard let first = addresses.first, first.value.address.family == .ipv6, let id else { return addresses }
    var addresses = addresses
    let index = addresses.firstIndex { $0.value.address.isLinkLocal }
    let own = IPv6Address(0xFE80 << 112 | 0x5E00_0200 | UInt128(id))
    let leader =
      index.map { addresses.remove(at: $0) }
      ?? Located(value: IPNetwork(host: .ipv6(own)), position: first.position)
    return [leader] + addresses
  }

  private static func version(
    _ fields: inout Fields, _ family: AddressFamily
  ) -> VirtualRouterConfiguration.Version {
    let versions = VirtualRouterConfiguration.Version.allCases.map { ("\($0.rawValue)", $0) }
    let version = fields.optional("version", .word("version", versions)) ?? .v3
    if version == .v2, family == .ipv6 {
      fields.report.add(.version2OverIPv6, at: fields.position(of: "version"))
    }
    return version
  }

  private static func checksum(
    _ fields: inout Fields, _ version: VirtualRouterConfiguration.Version, _ family: AddressFamily
  ) -> VirtualRouterConfiguration.Checksum {
    guard version == .v3, family == .ipv4 else {
      let reason = version == .v2 ? "with version 2" : "for IPv6"
      fields.reject("checksum", without: "\(reason): there is but one form")
      return .withPseudoHeader
    }
    let forms = VirtualRouterConfiguration.Checksum.allCases.map { ($0.rawValue, $0) }
    return fields.optional("checksum", .word("checksum", forms)) ?? .withPseudoHeader
  }

  private static func announcements(_ fields: inout Fields) -> VirtualRouterConfiguration.Announcements {
    var announcements = VirtualRouterConfiguration.Announcements()
    guard let node = fields.take("announcements"),
      var nested = Fields(node, of: "'announcements'", fields.report)
    else { return announcements }
    defer { nested.finish() }
    announcements.burst = nested.optional("burst", .integer(0...100)) ?? announcements.burst
    announcements.repeatAfter = nested.optional("repeatAfter", .duration(delays)) ?? announcements.repeatAfter
    announcements.refreshEvery =
      nested.optional("refreshEvery", .duration(.zero ... .seconds(86_400))) ?? announcements.refreshEvery
    return announcements
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
