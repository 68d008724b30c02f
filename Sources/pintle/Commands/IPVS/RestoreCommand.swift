internal import ArgumentParser
internal import IPVS
internal import Model

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Carry out rules in ipvsadm's own format.",
    discussion: """
      The rules add to what the kernel has, as with `ipvsadm -R`. All lines are read and tried on a copy of the \
      kernel's table first: if one of them is bad, nothing is carried out, and every bad line is named.
      """)

  @Argument(help: "The file; - is standard input.")
  var file = "-"

  @Flag(help: "Say what would change, and change nothing.")
  var dryRun = false

  func run() throws {
    let bytes: [UInt8]
    do {
      bytes = try readFile(file)
    } catch {
      throw Failure("cannot read \(file)", error)
    }
    let (rules, unreadable) = RuleReader.read(bytes)
    try refuse(unreadable)
    try withIPVS { client in
      try refuse(RuleReader.check(rules, against: try client.table()))
      if dryRun {
        for numbered in rules { writeOutput("\(numbered.rule.planLine)\n") }
        return
      }
      try carryOut(rules, &client)
    }
  }

  /// What the operator calls the file.
  private var source: String { file == "-" ? "standard input" : file }

  private func refuse(_ errors: [RuleError]) throws(Failure) {
    if errors.isEmpty { return }
    for error in errors { writeError("\(source): \(error)") }
    throw Failure("nothing restored: \(errors.count == 1 ? "1 bad line" : "\(errors.count) bad lines")")
  }

  /// Changes of the table go to the kernel together; what stands between them keeps its place.
  private func carryOut(_ rules: [NumberedRule], _ client: inout IPVSClient) throws {
    var pending: [(line: Int, change: TableChange)] = []
    var failures = 0
    func report(_ line: Int, _ error: IPVSError) {
      failures += 1
      writeError("\(source): line \(line): cannot \(error.operation.rawValue): \(error)")
    }
    func flushPending(_ client: inout IPVSClient) {
      for (rule, outcome) in zip(pending, client.apply(pending.map(\.change))) {
        if case .failure(let error) = outcome { report(rule.line, error) }
      }
      pending.removeAll()
    }
    for numbered in rules {
      if case .change(let change) = numbered.rule {
        pending.append((numbered.line, change))
        continue
      }
      flushPending(&client)
      do {
        switch numbered.rule {
        case .change: break
        case .flush: try client.flush()
        case .zero(let key): try client.zero(key)
        case .setTimeouts(let timeouts): try client.setTimeouts(timeouts)
        case .startDaemon(let daemon): try client.start(daemon)
        case .stopDaemon(let role): try client.stopSyncDaemon(role)
        }
      } catch {
        report(numbered.line, error)
      }
    }
    flushPending(&client)
    if failures > 0 { throw Failure("\(failures) of \(rules.count) rules failed") }
  }
}
