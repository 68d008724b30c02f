/// Writes block YAML, a line at a time.
struct YAMLWriter {
  private(set) var text = ""
  private var depth = 0
  /// The next line begins an element of a list.
  private var isElement = false

  /// A key with a value that is already YAML.
  mutating func line(_ key: String, _ value: String) {
    append("\(key): \(value)")
  }

  /// A key, with what the body writes below it.
  mutating func block(_ key: String, _ body: (inout YAMLWriter) -> Void) {
    append("\(key):")
    depth += 1
    body(&self)
    depth -= 1
  }

  /// A key with a list of mappings below it.
  mutating func list<Element>(
    _ key: String, _ elements: [Element], _ body: (Element, inout YAMLWriter) -> Void
  ) {
    if elements.isEmpty { return line(key, "[]") }
    block(key) { writer in
      for element in elements {
        writer.isElement = true
        writer.depth += 1
        body(element, &writer)
        writer.depth -= 1
      }
    }
  }

  private mutating func append(_ line: String) {
    let indentation = String(repeating: "  ", count: isElement ? depth - 1 : depth)
    text += "\(indentation)\(isElement ? "- " : "")\(line)\n"
    isElement = false
  }

  /// A list in one line.
  static func flow(_ elements: [String]) -> String { "[\(elements.joined(separator: ", "))]" }

  /// A mapping in one line.
  static func flow(_ entries: KeyValuePairs<String, String?>) -> String {
    "{\(entries.compactMap { key, value in value.map { "\(key): \($0)" } }.joined(separator: ", "))}"
  }

  /// A text, in quotes unless no reader of YAML could take it for anything else.
  static func scalar(_ text: some StringProtocol) -> String {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    let isPlain = !text.isEmpty && !text.hasPrefix("-") && text.isWord(with: "-./_")
    if isPlain, !words.contains(text.lowercased()) { return String(text) }
    let escaped = text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
    return "\"\(escaped.joined())\""
  }
}
