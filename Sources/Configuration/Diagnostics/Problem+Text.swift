/// What can be wrong with the file and with its YAML.
extension Problem {
  static func tooLarge(size: Int, maximum: Int) -> Problem {
    Problem(
      .tooLarge, "the file is too large: \(size) bytes",
      hint: "a configuration has at most \(maximum >> 20) MiB")
  }

  static let notText = Problem(.notText, "not a text file: it contains NUL bytes")

  static let utf16 = Problem(.notText, "the text is UTF-16", hint: "save it as UTF-8")

  static let notUTF8 = Problem(.notUTF8, "this byte is not UTF-8 text", hint: "save the file as UTF-8")

  static func forbiddenCharacter(_ character: Unicode.Scalar) -> Problem {
    let number = String(character.value, radix: 16, uppercase: true)
    let padding = String(repeating: "0", count: max(0, 4 - number.utf8.count))
    return Problem(
      .forbiddenCharacter, "the character U+\(padding)\(number) is not allowed",
      hint: "it is invisible, or changes how the text is shown")
  }

  static let tabIndentation = Problem(
    .tabIndentation, "this line is indented with a tab", hint: "YAML wants spaces")

  static let empty = Problem(
    .empty, "the file is empty", hint: "a file that is to configure nothing says 'services: []'")

  static func tooManyProblems(shown: Int) -> Problem {
    Problem(.tooManyProblems, "more than \(shown) problems; the others are not shown")
  }

  static func syntax(_ text: String, hint: String?) -> Problem {
    Problem(.syntax, "not valid YAML: \(text)", hint: hint)
  }

  static func anchor(_ name: String) -> Problem {
    Problem(
      .anchor, "anchors are not supported",
      hint: "remove \(quoted("&" + name)) and write the value where it is used")
  }

  static func alias(_ name: String) -> Problem {
    Problem(.alias, "aliases are not supported", hint: "write the value in place of \(quoted("*" + name))")
  }

  static func tag(_ name: String) -> Problem {
    let prefix = "tag:yaml.org,2002:"
    let shown = name.hasPrefix(prefix) ? "!!\(name.dropFirst(prefix.count))" : name
    return Problem(.tag, "tags are not supported", hint: "remove \(quoted(shown))")
  }

  static let mergeKey = Problem(
    .mergeKey, "merge keys are not supported", hint: "write the keys themselves in place of '<<'")

  static let severalDocuments = Problem(
    .severalDocuments, "a second YAML document begins here", hint: "a configuration is one document")

  static func tooDeep(limit: Int) -> Problem {
    Problem(.tooDeep, "lists and mappings are nested more than \(limit) deep")
  }

  static let keyNotText = Problem(.keyNotText, "a key must be a single word")

  static func duplicateKey(_ key: String, first: SourcePosition) -> Problem {
    Problem(.duplicateKey, "duplicate key \(quoted(key)); the first one is at line \(first.line)")
  }
}
