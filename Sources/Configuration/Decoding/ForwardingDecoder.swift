internal import Model

/// Reads `forwarding`: `nat`, `direct`, `tunnel` or `{tunnel: {kind: …, port: …, checksum: …}}`.
enum ForwardingDecoder {
  private enum Kind: String, CaseIterable { case ipip, gue, gre }

  static func decode(_ node: Node, _ report: Report) -> ForwardingMethod? {
    guard case .mapping = node.content else {
      return report.read(
        node,
        as: .word("kind of forwarding", [("nat", .nat), ("direct", .direct), ("tunnel", .tunnel(.ipip))]))
    }
    guard var fields = Fields(node, of: "forwarding", report) else { return nil }
    let tunnel = fields.required("tunnel").flatMap { Self.tunnel($0, report) }
    fields.finish()
    return tunnel.map(ForwardingMethod.tunnel)
  }

  private static func tunnel(_ node: Node, _ report: Report) -> Tunnel? {
    guard var fields = Fields(node, of: "a tunnel", report) else { return nil }
    defer { fields.finish() }
    let kinds = Kind.allCases.map { ($0.rawValue, $0) }
    let kind = fields.optional("kind", .word("kind of tunnel", kinds), default: .ipip)
    guard let kind else {
      _ = fields.optional("port", .integer(1...UInt16.max))
      _ = fields.optional("checksum", .checksum)
      return nil
    }

    switch kind {
    case .ipip:
      fields.reject("port", without: "in an ipip tunnel")
      fields.reject("checksum", without: "in an ipip tunnel")
      return .ipip
    case .gue:
      let port = fields.required("port", .integer(1...UInt16.max))
      let checksum = fields.optional("checksum", .checksum, default: .none)
      guard let port, let checksum else { return nil }
      return .gue(port: port, checksum)
    case .gre:
      fields.reject("port", without: "in a gre tunnel")
      let checksum = fields.optional("checksum", .checksumOfGRE, default: .none)
      return checksum.map(Tunnel.gre)
    }
  }
}

extension Format where Value == Tunnel.Checksum {
  fileprivate static let checksum = Format.word(
    "checksum", [("none", .none), ("full", .full), ("remote", .remote)])
  /// GRE has no remote checksum offload.
  fileprivate static let checksumOfGRE = Format.word(
    "checksum of a gre tunnel", [("none", .none), ("full", .full)])
}
