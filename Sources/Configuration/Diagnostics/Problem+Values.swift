/// What can be wrong with a key or with a single value.
extension Problem {
  static func unknownKey(_ key: String, known: [String]) -> Problem {
    Problem(
      .unknownKey, "unknown key \(quoted(key))",
      hint: suggestion(for: key, among: known, list: "possible here"))
  }

  static func missingKey(_ key: String, of owner: String, hint: String? = nil) -> Problem {
    Problem(.missingKey, "\(owner) needs '\(key)'", hint: hint)
  }

  static func wrongType(expected: String, found: Node, hint: String? = nil) -> Problem {
    Problem(.wrongType, "expected \(expected), found \(found.summary)", hint: hint)
  }

  static func unknownWord(_ kind: String, _ word: String, known: [String]) -> Problem {
    Problem(
      .unknownWord, "unknown \(kind) \(quoted(word))",
      hint: suggestion(for: word, among: known, list: "one of"))
  }

  static func malformed(_ text: String, expected: String, hint: String? = nil) -> Problem {
    Problem(.malformed, "expected \(expected), found \(quoted(text))", hint: hint)
  }

  static func outOfRange(_ text: String, _ range: String) -> Problem {
    Problem(.outOfRange, "\(quoted(text)) is out of range", hint: "possible: \(range)")
  }

  static func noUnit(_ text: String) -> Problem {
    Problem(.noUnit, "the duration \(quoted(text)) has no unit", hint: "add ms, s, m or h")
  }

  static func negative(_ text: String) -> Problem {
    Problem(.outOfRange, "the duration \(quoted(text)) is negative")
  }

  static func notMultiple(_ text: String, of step: String) -> Problem {
    Problem(.outOfRange, "\(quoted(text)) is not a multiple of \(step)")
  }

  static func emptyList(_ owner: String, needs what: String) -> Problem {
    Problem(.emptyList, "\(owner) needs at least one \(what)")
  }

  static func conflictingKeys(_ keys: [String], of owner: String) -> Problem {
    let names = keys.map { "'\($0)'" }.joined(separator: " and ")
    return Problem(.conflictingKeys, "\(owner) cannot have \(names) together")
  }

  static func needlessKey(_ key: String, without reason: String) -> Problem {
    Problem(.needlessKey, "'\(key)' has no meaning \(reason)")
  }

  static let nothingConfigured = Problem(
    .nothingConfigured, "the file configures nothing",
    hint: "it needs 'controlPlane', 'services' or 'virtualRouters'")
}
