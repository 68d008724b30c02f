/// One value of a YAML document with the place it stands at.
struct Node {
  /// The three kinds of YAML.
  enum Content {
    case scalar(String, isPlain: Bool)
    case sequence([Node])
    case mapping([Entry])
  }

  /// A key with its value.
  struct Entry {
    var key: String
    var position: SourcePosition
    var value: Node
  }

  var content: Content
  var position: SourcePosition

  /// Whether it is YAML's way to say nothing: no value at all, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What it is, for a sentence about it.
  var summary: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, _): Problem.quoted(text)
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
