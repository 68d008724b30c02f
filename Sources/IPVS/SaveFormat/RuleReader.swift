public import Model

/// Reads ipvsadm's save format: what `ipvsadm -S -n` writes, and what `ipvsadm -R` takes beyond that.
public enum RuleReader {
  /// The largest file that is read, in bytes: 64 MiB.
  static let maximumLength = 64 << 20
  /// How many bad lines are named before reading ends; beyond that a file is something else.
  static let maximumErrors = 100_000

  /// Reads a file; every bad line is named, and the good ones are rules none the less.
  ///
  /// Nothing is looked up: names of hosts and services are errors.
  public static func read(_ bytes: [UInt8]) -> (rules: [NumberedRule], errors: [RuleError]) {
    guard bytes.count <= maximumLength else {
      return ([], [RuleError(line: 1, message: "the file is larger than 64 MiB")])
    }
    var rules: [NumberedRule] = []
    var errors: [RuleError] = []
    var line = 0
    var start = bytes.startIndex
    while start < bytes.endIndex {
      line += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      do throws(RuleFault) {
        let words = try RuleWords.split(bytes[start..<end])
        if !words.isEmpty { rules.append(NumberedRule(line: line, rule: try RuleBuilder.rule(words))) }
      } catch {
        guard errors.count < maximumErrors else {
          errors.append(RuleError(line: line, message: "too many bad lines; the rest was not read"))
          break
        }
        errors.append(RuleError(line: line, message: error.message))
      }
      start = end + 1
    }
    return (rules, errors)
  }

  /// What the kernel would refuse, were the rules applied to its table in their order.
  ///
  /// A refused rule changes nothing, as with the kernel; the ones after it are tried all the same.
  public static func check(_ rules: [NumberedRule], against table: ForwardingTable) -> [RuleError] {
    var simulation = RuleSimulation(table)
    return rules.compactMap { numbered in
      simulation.refusal(of: numbered.rule).map { RuleError(line: numbered.line, message: $0) }
    }
  }
}
