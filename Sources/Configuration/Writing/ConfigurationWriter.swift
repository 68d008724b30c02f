internal import Model

/// Writes a configuration in its long form, every default made explicit but one: a virtual router that watches whichever
/// services are on its addresses has no word for it.
package enum ConfigurationWriter {
  /// Writes a file.
  ///
  /// - Parameter configuration: one that ``ConfigurationReader`` could have read.
  /// - Returns: the text; reading it gives the same configuration.
  package static func write(_ configuration: DirectorConfiguration) -> String {
    var writer = YAMLWriter()
    writer.list("services", configuration.services) { $1.write($0) }
    writer.list("virtualRouters", configuration.virtualRouters) { $1.write($0) }
    if let sync = configuration.connectionSync {
      writer.line(
        "connectionSync",
        YAMLWriter.flow(["interface": YAMLWriter.scalar(sync.interface), "id": "\(sync.id)"]))
    }
    writer.line("stop", configuration.stop.rawValue)
    return writer.text
  }
}

extension YAMLWriter {
  fileprivate mutating func write(_ service: ServiceConfiguration) {
    let kernel = service.virtualService
    line("name", Self.scalar(service.name))
    switch kernel.key {
    case .endpoint(let transport, let endpoint):
      line("address", Self.endpoint(endpoint))
      line("protocol", transport.rawValue)
    case .firewallMark(let mark, let family):
      line("fwmark", "\(mark)")
      line("family", family == .ipv4 ? "ipv4" : "ipv6")
    }
    line("scheduler", kernel.scheduler.name)
    line("schedulerFlags", Self.flow(kernel.schedulerFlags.names(for: kernel.scheduler)))
    line("forwarding", Self.forwarding(service.forwarding))
    line("sourceNAT", service.sourceNAT.rawValue)
    if let persistence = kernel.persistence {
      let entries: KeyValuePairs = [
        "timeout": DurationText.write(.seconds(persistence.timeout)),
        "netmask": Self.netmask(persistence.mask, kernel.key.family),
        "engine": kernel.persistenceEngine?.name,
      ]
      line("persistence", Self.flow(entries))
    }
    line("onePacket", "\(kernel.isOnePacket)")
    list("servers", service.servers) { server, writer in
      writer.line("address", Self.endpoint(server.endpoint))
      writer.line("weight", "\(server.weight)")
      writer.line("upperThreshold", "\(server.upperThreshold)")
      writer.line("lowerThreshold", "\(server.lowerThreshold)")
      if server.forwarding != service.forwarding {
        writer.line("forwarding", Self.forwarding(server.forwarding))
      }
    }
    block("check") { $0.write(service.check, port: service.checkPort) }
    line("drain", DurationText.write(service.drain))
    line("slowStart", DurationText.write(service.slowStart))
    switch service.whenAllFail {
    case .keep: line("whenAllFail", "keep")
    case .empty: line("whenAllFail", "empty")
    case .fallback(let server): line("whenAllFail", Self.flow(["fallback": Self.endpoint(server.endpoint)]))
    }
    line("resetClients", "\(service.resetClients)")
    line("quorum", "\(service.quorum)")
    line("hysteresis", "\(service.hysteresis)")
  }

  private static func forwarding(_ method: ForwardingMethod) -> String {
    guard case .tunnel(let tunnel) = method else { return method.description }
    let entries: KeyValuePairs<String, String?> =
      switch tunnel {
      case .ipip: ["kind": "ipip"]
      case .gue(let port, let checksum): ["kind": "gue", "port": "\(port)", "checksum": "\(checksum)"]
      case .gre(let checksum): ["kind": "gre", "checksum": "\(checksum)"]
      }
    return flow(["tunnel": flow(entries)])
  }

  private static func netmask(_ mask: UInt32, _ family: AddressFamily) -> String {
    guard family == .ipv4 else { return "\(mask)" }
    let isPrefix = mask.leadingZeroBitCount == 0 || mask == 0
    let length = (~mask).leadingZeroBitCount
    return isPrefix && mask.trailingZeroBitCount == 32 - length ? "\(length)" : "\(IPv4Address(mask))"
  }

  private static func endpoint(_ endpoint: Endpoint) -> String { address(endpoint.description) }

  /// An IPv6 address in quotes: YAML would see a list in its brackets.
  static func address(_ text: String) -> String {
    text.utf8.count { $0 == UInt8(ascii: ":") } > 1 ? "\"\(text)\"" : text
  }
}
