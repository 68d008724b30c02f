internal import ArgumentParser

struct RealServerStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what is needed and what is missing.",
    discussion: "Exit status 1 where something is missing.")

  @OptionGroup var options: RealServerOptions

  @Flag(help: "Print JSON.")
  var json = false

  private struct Record: Encodable {
    let name: String
    let isReady: Bool
    let problem: String?
  }

  func run() throws {
    guard let needs = try options.needs() else { return }
    let items = try RealServerHost(needs, directory: options.directory).items()
    if json {
      try writeJSON(items.map { Record(name: $0.what, isReady: $0.problem == nil, problem: $0.problem) })
    } else {
      var table = TextTable([.left, .left])
      for item in items { table.add([item.what, item.problem ?? "ready"]) }
      writeOutput(table.text)
    }
    let problems = items.count { $0.problem != nil }
    if problems > 0 {
      throw Failure(
        "this host is not ready: \(problems) of \(items.count) are missing (try: pintle realserver up)")
    }
  }
}
