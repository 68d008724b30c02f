internal import Model

/// Reads what identifies a service: `address` and `protocol`, or `fwmark` and `family`.
enum KeyDecoder {
  static func decode(_ fields: inout Fields) -> ServiceKey? {
    guard let (identity, node) = fields.oneOf(["address", "fwmark"]) else {
      fields.report.add(
        .missingKey("address", of: fields.owner, hint: "or 'fwmark'"), at: fields.position)
      _ = transport(&fields)
      _ = family(&fields)
      return nil
    }
    if identity == "fwmark" {
      fields.reject("protocol", without: "with 'fwmark': the mark decides which packets are meant")
      let family = family(&fields)
      guard let mark = fields.report.read(node, as: .integer(1...UInt32.max)), let family else { return nil }
      return .firewallMark(mark, family)
    }
    fields.reject("family", without: "with 'address': the address says it")
    let transport = transport(&fields)
    guard let endpoint = fields.report.read(node, as: .virtualEndpoint), let transport else { return nil }
    return .endpoint(transport, endpoint)
  }

  private static func transport(_ fields: inout Fields) -> TransportProtocol? {
    let protocols = TransportProtocol.allCases.map { ($0.rawValue, $0) }
    return fields.optional("protocol", .word("protocol", protocols), default: .tcp)
  }

  private static func family(_ fields: inout Fields) -> AddressFamily? {
    fields.optional("family", .word("family", [("ipv4", .ipv4), ("ipv6", .ipv6)]), default: .ipv4)
  }
}
