internal import ArgumentParser
internal import Balancing
internal import Configuration
internal import IPVS
internal import Model

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a configuration would change in the kernel's table.",
    discussion: "Exit status 0: nothing; 2: changes. Servers that are out of service are taken for healthy.")

  @OptionGroup var file: ConfigurationFile
  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let configuration = try file.read()
    let owned = try runtime.directory.ownership.read()
    try withIPVS { client in
      let plan = Plan(from: try client.table(), to: configuration.forwardingTable, owned: owned)
      for change in plan.changes { writeOutput(change.planLine + "\n") }
      if !plan.changes.isEmpty { throw ExitCode(Failure.changesPending) }
    }
  }
}
