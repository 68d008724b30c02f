internal import Model

/// Reads `persistence`.
enum PersistenceDecoder {
  /// What is read, and the engine, which the vocabulary has beside it.
  struct Result {
    var persistence: Persistence
    var engine: PersistenceEngine?
  }

  /// The engines of the mainline kernel.
  private static let engines = ["sip"].compactMap(PersistenceEngine.init)
  private static let longest = Duration.seconds(Persistence.maximumTimeout)

  /// Nil: it is no mapping, which is noted; so is everything else that is wrong.
  static func decode(_ node: Node, family: AddressFamily?, _ report: Report) -> Result? {
    guard var fields = Fields(node, of: "persistence", report) else { return nil }
    defer { fields.finish() }
    let timeout = fields.optional("timeout", .duration(.seconds(1)...longest, multipleOf: .seconds(1)))
    // Without a family the mask cannot be judged; the address is what must be repaired first.
    let mask = family.flatMap { fields.optional("netmask", .netmask($0)) }
    if family == nil { _ = fields.take("netmask") }
    let engine = fields.optional("engine", .word("persistence engine", engines.map { ($0.name, $0) }))
    let seconds = (timeout?.components.seconds).map { UInt32(clamping: $0) } ?? Persistence.defaultTimeout
    return Result(
      persistence: Persistence(timeout: seconds, mask: mask ?? Persistence.hostMask(family ?? .ipv4)),
      engine: engine)
  }
}
