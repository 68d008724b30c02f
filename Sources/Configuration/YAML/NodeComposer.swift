/// Builds the one document of a text: a tree without anchors, aliases, tags and merge keys.
///
/// Without aliases a tree is never larger than its text, so that no text can be a bomb.
struct NodeComposer: ~Copyable {
  private var events: YAMLEventParser
  private let report: Report

  /// No configuration needs more; a recursion is bounded by it.
  private static let maximumDepth = 64

  /// The document; nil: there is none, and the report says why.
  static func compose(_ text: SourceText, _ report: Report) -> Node? {
    var composer = NodeComposer(events: YAMLEventParser(text.content), report: report)
    do {
      return try composer.document()
    } catch {
      report.add(error.value, at: error.position)
      return nil
    }
  }

  private init(events: consuming YAMLEventParser, report: Report) {
    self.events = events
    self.report = report
  }

  private mutating func document() throws(Located<Problem>) -> Node? {
    var root: Node?
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .documentStart:
        if root != nil { throw Located(value: .severalDocuments, position: event.position) }
        root = try node(try events.next(), depth: 0)
      default:
        guard let root, !root.isNull else {
          report.add(.empty)
          return nil
        }
        return root
      }
    }
  }

  /// The value that begins with an event.
  private mutating func node(_ event: YAMLEvent, depth: Int) throws(Located<Problem>) -> Node {
    if depth > Self.maximumDepth {
      throw Located(value: .tooDeep(limit: Self.maximumDepth), position: event.position)
    }
    if let anchor = event.anchor { report.add(.anchor(anchor), at: event.position) }
    if let tag = event.tag { report.add(.tag(tag), at: event.position) }

    let content: Node.Content
    switch event.kind {
    case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
    case .sequenceStart: content = .sequence(try elements(depth: depth + 1))
    case .mappingStart: content = .mapping(try entries(depth: depth + 1))
    case .alias(let name): throw Located(value: .alias(name), position: event.position)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      throw Located(value: .syntax("a value is missing", hint: nil), position: event.position)
    }
    return Node(content: content, position: event.position)
  }

  private mutating func elements(depth: Int) throws(Located<Problem>) -> [Node] {
    var elements: [Node] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { return elements }
      elements.append(try node(event, depth: depth))
    }
  }

  /// The entries of a mapping, of equal keys the first alone.
  private mutating func entries(depth: Int) throws(Located<Problem>) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var seen: [String: SourcePosition] = [:]
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { return entries }
      let key = try node(event, depth: depth)
      let value = try node(try events.next(), depth: depth)
      switch key.content {
      case .scalar("<<", isPlain: true):
        report.add(.mergeKey, at: key.position)
      case .scalar(let text, _):
        if let first = seen[text] {
          report.add(.duplicateKey(text, first: first), at: key.position)
        } else {
          seen[text] = key.position
          entries.append(Node.Entry(key: text, position: key.position, value: value))
        }
      case .sequence, .mapping:
        report.add(.keyNotText, at: key.position)
      }
    }
  }
}
