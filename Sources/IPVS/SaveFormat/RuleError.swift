/// Why a line is no rule, or a rule that the kernel would refuse.
public struct RuleError: Error, Hashable, Sendable {
  /// The number of the line; the first is 1.
  public var line: Int
  /// What is wrong, and the word where it shows.
  public var message: String

  /// Joins a line's number and what is wrong with it.
  public init(line: Int, message: String) {
    self.line = line
    self.message = message
  }
}

extension RuleError: CustomStringConvertible {
  /// `line 3: unknown option '--foo'`.
  public var description: String { "line \(line): \(message)" }
}
