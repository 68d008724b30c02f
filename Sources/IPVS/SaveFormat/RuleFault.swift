/// What is wrong with a line, before anybody knows its number.
struct RuleFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

extension StringProtocol {
  /// The word in quotes, short enough for a message and without what would steer a terminal.
  var quoted: String {
    let scalars = unicodeScalars
    var shown = String.UnicodeScalarView()
    for scalar in scalars.prefix(60) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: shown.append("?")
      default: shown.append(scalar)
      }
    }
    return "'\(String(shown))\(scalars.dropFirst(60).isEmpty ? "" : "…")'"
  }
}
