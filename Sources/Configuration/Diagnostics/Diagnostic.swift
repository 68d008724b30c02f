/// One thing that is wrong with a configuration file, and where.
package struct Diagnostic: Hashable, Sendable {
  /// What is wrong.
  package let problem: Problem
  /// The file, as the caller named it.
  package let file: String
  /// The place; nil: the file as a whole.
  package let position: SourcePosition?
  /// The line of that place, where it is short enough to be shown.
  package let excerpt: String?

  /// Whether the file can still be used.
  package var severity: Problem.Severity { problem.code.severity }
}

extension Diagnostic: CustomStringConvertible {
  /// One line: `pintle.yaml:7:5: error: unknown key 'schedular' (did you mean 'scheduler'?)`.
  package var description: String {
    let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
    let hint = problem.hint.map { " (\($0))" } ?? ""
    return "\(place): \(severity.rawValue): \(problem.text)\(hint)"
  }

  /// The one line, then the line of the file with a caret under the place.
  package var rendered: String {
    guard let excerpt, let position else { return description }
    let indent = excerpt.unicodeScalars.prefix(position.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    return "\(description)\n  \(excerpt)\n  \(indent)^"
  }
}
