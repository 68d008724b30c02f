internal import ArgumentParser
internal import Control

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show services, servers and virtual routers as the daemon has them.")

  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    let client = daemon.client
    let status = try asking { () throws(ControlClientError) in
      try client.get(StatusRecord.self, ControlPaths.status)
    }
    if daemon.json { return try writeJSON(status) }
    writeOutput(StatusListing(status, at: .now).text)
  }
}
