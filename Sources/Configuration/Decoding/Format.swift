/// How a value is read from a node; what is wrong with the node is thrown.
struct Format<Value>: Sendable {
  let read: @Sendable (Node) throws(Problem) -> Value

  init(_ read: @escaping @Sendable (Node) throws(Problem) -> Value) {
    self.read = read
  }

  /// Reads any scalar, quoted or not.
  static func text(
    _ expected: String, _ read: @escaping @Sendable (String) throws(Problem) -> Value
  ) -> Format {
    Format { node throws(Problem) in
      guard case .scalar(let text, _) = node.content, !node.isNull else {
        throw .wrongType(expected: expected, found: node)
      }
      return try read(text)
    }
  }

  /// Reads a scalar without quotes, which is what YAML has for everything that is not text.
  static func plain(
    _ expected: String, _ read: @escaping @Sendable (String) throws(Problem) -> Value
  ) -> Format {
    Format { node throws(Problem) in
      guard case .scalar(let text, let isPlain) = node.content, !node.isNull else {
        throw .wrongType(expected: expected, found: node)
      }
      guard isPlain else { throw .wrongType(expected: expected, found: node, hint: "without the quotes") }
      return try read(text)
    }
  }
}

extension Format {
  /// One of some words.
  static func word(_ kind: String, _ values: [(word: String, value: Value)]) -> Format where Value: Sendable {
    Format.text("a \(kind)") { text throws(Problem) in
      guard let match = values.first(where: { $0.word == text }) else {
        throw .unknownWord(kind, text, known: values.map(\.word))
      }
      return match.value
    }
  }
}

extension Format where Value == Bool {
  /// `true` or `false`, and none of the other words of YAML 1.1.
  static let boolean = Format.plain("true or false") { text throws(Problem) in
    switch text {
    case "true": return true
    case "false": return false
    default:
      let synonyms = ["yes": "true", "on": "true", "no": "false", "off": "false"]
      let meant = synonyms[text.lowercased()] ?? Suggestion.nearest(to: text, among: ["true", "false"])
      throw .malformed(text, expected: "true or false", hint: meant.map { "did you mean '\($0)'?" })
    }
  }
}

extension Format where Value: FixedWidthInteger & Sendable {
  /// A whole number in decimal digits.
  static func integer(_ range: ClosedRange<Value>) -> Format {
    let limits = "\(range.lowerBound) to \(range.upperBound)"
    return Format.plain("a number from \(limits)") { text throws(Problem) in
      let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
      guard digits.isNumber else {
        throw .malformed(text, expected: "a number from \(limits)")
      }
      // "010" is 8 in YAML 1.1 and 10 in YAML 1.2.
      guard digits == "0" || !digits.hasPrefix("0") else {
        throw .malformed(text, expected: "a number from \(limits)", hint: "without a zero at its beginning")
      }
      guard let value = Value(text), range.contains(value) else { throw .outOfRange(text, limits) }
      return value
    }
  }
}

extension Format where Value == Duration {
  /// A duration with its unit.
  static func duration(
    _ range: ClosedRange<Duration>, multipleOf step: Duration = .milliseconds(1)
  ) -> Format {
    Format.text("a duration such as 800ms") { text throws(Problem) in
      let duration = try DurationText.read(text)
      guard range.contains(duration) else {
        throw .outOfRange(
          text, "\(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound))")
      }
      guard duration.milliseconds.isMultiple(of: step.milliseconds) else {
        throw .notMultiple(text, of: DurationText.write(step))
      }
      return duration
    }
  }
}
