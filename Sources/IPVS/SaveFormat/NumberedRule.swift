/// A rule and where it stands.
public struct NumberedRule: Hashable, Sendable {
  /// The number of its line; the first is 1.
  public var line: Int
  /// What the line asks for.
  public var rule: Rule

  /// Joins a line's number and its rule.
  public init(line: Int, rule: Rule) {
    self.line = line
    self.rule = rule
  }
}
