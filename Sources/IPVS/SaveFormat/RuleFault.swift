/// What is wrong with a line, before anybody knows its number.
struct RuleFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

extension StringProtocol {
  /// The word in quotes, short enough for a message.
  var quoted: String {
    let shown = prefix(60)
    return shown.endIndex == endIndex ? "'\(self)'" : "'\(shown)…'"
  }
}
