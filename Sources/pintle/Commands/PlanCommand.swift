internal import ArgumentParser
internal import Balancing
internal import Configuration
internal import Control
internal import IPVS
internal import Model

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a configuration would change in the kernel's table.",
    discussion: """
      Where the daemon runs, it is asked, and knows which servers are out of service; elsewhere they are all taken for \
      healthy. Exit status 0: nothing; 2: changes.
      """)

  @OptionGroup var file: ConfigurationFile
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    let (configuration, text) = try file.readWithText()
    let plan = try planOfDaemon(for: text) ?? planHere(for: configuration)
    if daemon.json {
      try writeJSON(plan)
    } else {
      for change in plan.changes { writeOutput(change.text.withoutControls() + "\n") }
    }
    if !plan.changes.isEmpty { throw ExitCode(Failure.changesPending) }
  }

  /// What the daemon would change; nil where none runs.
  private func planOfDaemon(for text: [UInt8]) throws(Failure) -> PlanRecord? {
    let client = daemon.client
    return try asking { () throws(ControlClientError) in
      do throws(ControlClientError) {
        return try client.post(PlanRecord.self, ControlPaths.plan, body: text)
      } catch {
        switch error {
        case .notRunning, .gone: return nil
        default: throw error
        }
      }
    }
  }

  private func planHere(for configuration: DirectorConfiguration) throws -> PlanRecord {
    let owned = try daemon.runtime.directory.ownership.read()
    var changes: [TableChange] = []
    try withIPVS { client in
      changes = Plan(from: try client.table(), to: configuration.forwardingTable, owned: owned).changes
    }
    return PlanRecord(changes: changes.map(\.record))
  }
}
