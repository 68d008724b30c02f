internal import Model

/// Reads a whole document.
enum DirectorDecoder {
  static func decode(_ root: Node, _ report: Report) -> DirectorDraft {
    var draft = DirectorDraft()
    guard var fields = Fields(root, of: "a configuration", report) else { return draft }
    if let node = fields.take("controlPlane") {
      let (service, router) = ControlPlaneDecoder.decode(node, report)
      draft.services += [service].compactMap(\.self)
      draft.virtualRouters += [router].compactMap(\.self)
      draft.serviceNames.append(ControlPlaneDecoder.serviceName)
    }
    if let node = fields.take("services") {
      let elements = report.elements(of: node, expected: "a list of services") ?? []
      draft.services += elements.compactMap { ServiceDecoder.decode($0, report) }
      draft.serviceNames += elements.compactMap(\.name)
    }
    if let node = fields.take("virtualRouters") {
      let elements = report.elements(of: node, expected: "a list of virtual routers") ?? []
      draft.virtualRouters += elements.compactMap { VirtualRouterDecoder.decode($0, report) }
    }
    if let node = fields.take("connectionSync") {
      draft.connectionSync = connectionSync(node, report)
      draft.connectionSyncPosition = node.position
    }
    let stops = DirectorConfiguration.Stop.allCases.map { ($0.rawValue, $0) }
    draft.stop = fields.optional("stop", .word("value of stop", stops)) ?? .keep
    if !["controlPlane", "services", "virtualRouters"].contains(where: fields.has), !fields.hasUnknownKeys {
      report.add(.nothingConfigured, at: fields.position)
    }
    fields.finish()
    return draft
  }

  private static func connectionSync(_ node: Node, _ report: Report) -> ConnectionSyncConfiguration? {
    guard var fields = Fields(node, of: "'connectionSync'", report) else { return nil }
    defer { fields.finish() }
    let interface = fields.required("interface", .interface)
    let id = fields.required("id", .integer(1...UInt8.max))
    guard let interface, let id else { return nil }
    return ConnectionSyncConfiguration(interface: interface, id: id)
  }
}

extension Node {
  /// The value of the key `name`, right or wrong.
  fileprivate var name: String? {
    guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == "name" }),
      case .scalar(let text, _) = entry.value.content
    else { return nil }
    return text
  }
}
