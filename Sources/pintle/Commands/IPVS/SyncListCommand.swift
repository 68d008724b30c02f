internal import ArgumentParser
internal import IPVS

struct SyncListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the sync daemons that run.")

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try withIPVS { try showSyncDaemons(try $0.syncDaemons(), json: json) }
  }
}
