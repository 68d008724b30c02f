/// The keys of one mapping, taken one by one; a key that nobody asked for is unknown.
struct Fields {
  /// What the mapping is, for sentences about it: `a service`.
  let owner: String
  /// Where the mapping begins.
  let position: SourcePosition
  let report: Report
  private let entries: [Node.Entry]
  private var known: [String] = []
  private var missing: [String] = []

  /// Nil: the node is no mapping, which is noted.
  init?(_ node: Node, of owner: String, _ report: Report) {
    switch node.content {
    case .mapping(let entries): self.entries = entries
    case .scalar, .sequence:
      report.add(.wrongType(expected: "the keys of \(owner)", found: node), at: node.position)
      return nil
    }
    self.owner = owner
    self.report = report
    position = node.position
  }

  /// Whether a key is given, whatever its value is.
  func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

  /// Where the value of a key stands; where the mapping begins if there is no such key.
  func position(of key: String) -> SourcePosition {
    entries.first { $0.key == key }?.value.position ?? position
  }

  /// Where a key stands.
  func keyPosition(of key: String) -> SourcePosition {
    entries.first { $0.key == key }?.position ?? position
  }

  /// Takes the value of a key; nil: it is not given.
  mutating func take(_ key: String) -> Node? {
    known.append(key)
    return entries.first { $0.key == key }?.value
  }

  /// Takes and reads a value; nil: it is not given, or it could not be read, which is noted.
  mutating func optional<Value>(_ key: String, _ format: Format<Value>) -> Value? {
    take(key).flatMap { report.read($0, as: format) }
  }

  /// Takes and reads a value that has a default; nil: it could not be read, which is noted.
  mutating func optional<Value>(_ key: String, _ format: Format<Value>, default value: Value) -> Value? {
    guard let node = take(key) else { return value }
    return report.read(node, as: format)
  }

  /// Takes and reads a value; nil: it is not given, or it could not be read, either of which is noted.
  mutating func required<Value>(_ key: String, _ format: Format<Value>) -> Value? {
    guard let node = required(key) else { return nil }
    return report.read(node, as: format)
  }

  /// Takes the value of a key; nil: it is not given, which is noted.
  mutating func required(_ key: String) -> Node? {
    if let node = take(key) { return node }
    missing.append(key)
    return nil
  }

  /// Takes a list; empty: it is not given, or it is no list, which is noted.
  mutating func list(_ key: String, expected: String, orSingle: Bool = false) -> [Node] {
    take(key).flatMap { report.elements(of: $0, expected: expected, orSingle: orSingle) } ?? []
  }

  /// Takes the value of the first of some keys, and notes every further one.
  mutating func oneOf(_ keys: [String]) -> (key: String, node: Node)? {
    let given = keys.compactMap { key in take(key).map { (key, $0) } }
    for other in given.dropFirst() {
      report.add(.conflictingKeys([given[0].0, other.0], of: owner), at: keyPosition(of: other.0))
    }
    return given.first
  }

  /// Takes a key, and notes it if it is given: it has no meaning here.
  mutating func reject(_ key: String, without reason: String) {
    if take(key) != nil { report.add(.needlessKey(key, without: reason), at: keyPosition(of: key)) }
  }

  /// Whether there are keys that nobody took so far.
  var hasUnknownKeys: Bool { entries.contains { !known.contains($0.key) } }

  /// Notes the keys that nobody took, and those that are missing and not just misspelt; to be called last.
  func finish() {
    let absent = known.filter { !has($0) }
    var misspelt: Set<String> = []
    for entry in entries where !known.contains(entry.key) {
      if report.isFull { return }
      report.add(.unknownKey(entry.key, known: absent), at: entry.position)
      if let meant = Suggestion.nearest(to: entry.key, among: absent) { misspelt.insert(meant) }
    }
    for key in missing where !misspelt.contains(key) {
      report.add(.missingKey(key, of: owner), at: position)
    }
  }
}
