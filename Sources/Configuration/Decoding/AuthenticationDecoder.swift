/// Reads `authentication`: `password` or `hmac`.
enum AuthenticationDecoder {
  private typealias HMAC = VirtualRouterConfiguration.HMAC

  /// Nil: there is none, or it could not be read, which is noted.
  static func decode(
    _ fields: inout Fields, version: VirtualRouterConfiguration.Version, interval: Duration
  ) -> VirtualRouterConfiguration.Authentication? {
    guard let node = fields.take("authentication"),
      var nested = Fields(node, of: "'authentication'", fields.report)
    else { return nil }
    defer { nested.finish() }
    guard let (kind, value) = nested.oneOf(["password", "hmac"]) else {
      fields.report.add(
        .missingKey("hmac", of: "'authentication'", hint: "or, with version 2, 'password'"),
        at: nested.position)
      return nil
    }
    if kind == "hmac" { return hmac(value, interval: interval, fields.report).map { .hmac($0) } }
    if version == .v3 {
      let position = nested.keyPosition(of: "password")
      fields.report.add(
        .needlessKey("password", without: "with version 3: only version 2 has it"), at: position)
    }
    return fields.report.read(value, as: .password).map { .password($0) }
  }

  private static func hmac(_ node: Node, interval: Duration, _ report: Report) -> HMAC? {
    guard var fields = Fields(node, of: "'hmac'", report) else { return nil }
    defer { fields.finish() }
    let keys = keys(&fields)
    let modes = HMAC.Mode.allCases.map { ($0.rawValue, $0) }
    let mode = fields.optional("mode", .word("mode", modes)) ?? .enforce
    let window = fields.optional("window", .duration(.seconds(1) ... .seconds(300)))
    guard !keys.isEmpty else { return nil }
    return HMAC(keys: keys, mode: mode, window: window ?? HMAC.defaultWindow(for: interval))
  }

  private static func keys(_ fields: inout Fields) -> [HMAC.Key] {
    let report = fields.report
    guard let node = fields.required("keys"),
      let elements = report.elements(of: node, expected: "a list of keys")
    else { return [] }
    if elements.isEmpty { report.add(.emptyList("'keys'", needs: "key"), at: node.position) }
    var seen: [UInt8: SourcePosition] = [:]
    return elements.compactMap { element in
      guard var key = Fields(element, of: "a key", report) else { return nil }
      defer { key.finish() }
      let id = key.required("id", .integer(1...UInt8.max))
      let file = key.required("file", .file)
      guard let id, let file else { return nil }
      if let first = seen[id] {
        report.add(.duplicateName("key", "\(id)", first: first), at: key.position(of: "id"))
        return nil
      }
      seen[id] = key.position(of: "id")
      return HMAC.Key(id: id, file: file)
    }
  }
}

extension Format where Value == String {
  /// The password of version 2: 1 to 8 bytes that a file can show.
  fileprivate static let password = Format.text("a password") { text throws(Problem) in
    guard (1...8).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .malformed(text, expected: "a password of 1 to 8 bytes")
    }
    return text
  }
}
