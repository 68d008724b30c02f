/// The words of a line, sorted into a command, its options and the rest.
struct RuleArguments {
  /// An option as it was given.
  struct Given {
    /// With its dashes, as in `-t` or `--tcp-service`.
    let spelling: String
    /// Nil where none belongs to it or, if it is optional, none followed.
    let value: String?
  }

  /// The options of a line.
  struct Options {
    private var list: [(option: RuleOption, given: Given)] = []

    /// How the option was given; nil where it was not.
    subscript(option: RuleOption) -> Given? {
      list.first { $0.option == option }?.given
    }

    /// Adds an option that was not given before.
    mutating func add(_ option: RuleOption, spelling: String, value: String?) {
      list.append((option, Given(spelling: spelling, value: value)))
    }
  }

  /// What the line does, and how it says so.
  private(set) var command: RuleCommand?
  private(set) var commandSpelling = ""
  /// What follows the command, where something belongs to it.
  private(set) var role: String?
  /// The options; a rule has so few that going through them is faster than hashing.
  private(set) var options = Options()
  /// The words that are neither options nor their values.
  private(set) var positionals: [String] = []

  private var words: ArraySlice<String>

  /// Sorts the words of a line that has some.
  init(_ words: [String]) throws(RuleFault) {
    self.words = words[...]
    if self.words.first == "ipvsadm" { self.words.removeFirst() }
    while let word = self.words.popFirst() {
      if word == "--" {
        positionals += self.words
        break
      } else if word.hasPrefix("--") {
        try takeLong(word)
      } else if word.hasPrefix("-"), word != "-" {
        try takeLetters(of: word)
      } else {
        guard command == .set, positionals.count < 3 else {
          throw RuleFault("unexpected word \(word.quoted)")
        }
        positionals.append(word)
      }
    }
  }

  /// The first of the options that was given.
  func first(of candidates: [RuleOption]) -> RuleOption? {
    candidates.first { options[$0] != nil }
  }

  private mutating func takeLong(_ word: String) throws(RuleFault) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelling = String(parts[0])
    let name = spelling.dropFirst(2)
    let joined = parts.count > 1 ? String(parts[1]) : nil
    if let command = RuleCommand.byName[String(name)] {
      try take(command, spelling: spelling, joined: joined)
    } else if let option = RuleOption(rawValue: String(name)) {
      try take(option, spelling: spelling, joined: joined)
    } else {
      throw RuleFault("unknown option \(spelling.quoted)")
    }
  }

  private mutating func takeLetters(of word: String) throws(RuleFault) {
    var rest = word.dropFirst()
    while let letter = rest.popFirst() {
      let spelling = "-\(letter)"
      if let command = letter.asciiValue.flatMap({ RuleCommand.byLetter[$0] }) {
        try take(command, spelling: spelling, joined: nil)
        continue
      }
      guard let option = letter.asciiValue.flatMap({ RuleOption.byLetter[$0] }) else {
        throw RuleFault("unknown option \(spelling.quoted)" + (word == spelling ? "" : " in \(word.quoted)"))
      }
      guard option.value == .none else {
        let joined = rest.first == "=" ? rest.dropFirst() : rest
        try take(option, spelling: spelling, joined: rest.isEmpty ? nil : String(joined))
        return
      }
      try take(option, spelling: spelling, joined: nil)
    }
  }

  private mutating func take(_ new: RuleCommand, spelling: String, joined: String?) throws(RuleFault) {
    guard command == nil else {
      throw RuleFault("a second command \(spelling.quoted) after \(commandSpelling.quoted)")
    }
    guard new.isRule else { throw RuleFault("\(spelling.quoted) is not a rule") }
    if new.takesRole {
      role = try value(joined, of: spelling)
    } else if joined != nil {
      throw RuleFault("\(spelling.quoted) takes no value after \"=\"")
    }
    command = new
    commandSpelling = spelling
  }

  private mutating func take(_ option: RuleOption, spelling: String, joined: String?) throws(RuleFault) {
    guard let command else { throw RuleFault("option \(spelling.quoted) before a command") }
    // It only says what is so anyway, and ipvsadm takes it everywhere.
    if option == .sort, joined == nil { return }
    guard command.allows(option) else {
      throw RuleFault("option \(spelling.quoted) does not go with \(commandSpelling.quoted)")
    }
    if let earlier = first(of: option.alternatives), let given = options[earlier] {
      throw RuleFault(
        earlier == option
          ? "option \(spelling.quoted) is repeated"
          : "option \(spelling.quoted) conflicts with \(given.spelling.quoted)")
    }
    if option == .ipv6, options[.firewallMark] == nil {
      throw RuleFault("option \(spelling.quoted) must follow '-f'")
    }

    switch option.value {
    case .none:
      guard joined == nil else { throw RuleFault("option \(spelling.quoted) takes no value") }
      options.add(option, spelling: spelling, value: nil)
    case .required:
      options.add(option, spelling: spelling, value: try value(joined, of: spelling))
    case .optional:
      let follows = joined != nil || words.first.map { !$0.hasPrefix("-") } ?? false
      options.add(option, spelling: spelling, value: follows ? try value(joined, of: spelling) : nil)
    }
  }

  private mutating func value(_ joined: String?, of spelling: String) throws(RuleFault) -> String {
    // No value begins with a dash: such a word is the next option.
    let next = joined == nil && words.first?.hasPrefix("-") == false ? words.popFirst() : joined
    guard let next, !next.isEmpty else { throw RuleFault("\(spelling.quoted) needs a value") }
    return next
  }
}
