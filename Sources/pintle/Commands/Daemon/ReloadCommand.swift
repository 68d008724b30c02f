internal import ArgumentParser
internal import Control

struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Have the daemon take in its configuration anew, and wait for the result.",
    discussion:
      "Exit status 1: there is an error, and the old configuration runs on, or the kernel refuses a part of the new one."
  )

  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    let client = daemon.client
    let reload = try asking { () throws(ControlClientError) in
      try client.post(ReloadRecord.self, ControlPaths.reload)
    }
    for warning in reload.warnings { writeErrorLine(warning.withoutControls()) }
    let refusals = reload.refusals ?? []
    for refusal in refusals { writeErrorLine("the kernel refuses \(refusal.withoutControls())") }
    if daemon.json {
      try writeJSON(reload)
    } else {
      let changes = reload.changes == 1 ? "1 change" : "\(reload.changes) changes"
      writeOutput("configuration \(reload.generation) runs: \(changes) of the kernel's table\n")
    }
    if !refusals.isEmpty { throw ExitCode.failure }
  }
}
