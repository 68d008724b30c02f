internal import ArgumentParser
internal import IPVS
internal import Model

struct SyncStopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop a sync daemon.")

  @Argument(help: "master or backup.")
  var role: SyncDaemon.Role

  func run() throws {
    try withIPVS { try $0.stopSyncDaemon(role) }
  }
}

/// Prints the sync daemons that run.
func showSyncDaemons(_ daemons: [SyncDaemon], json: Bool) throws {
  if json { return try writeJSON(daemons.map(SyncDaemonRecord.init)) }
  var table = TextTable([.left, .left, .right, .right, .left, .right, .right])
  table.add(["ROLE", "INTERFACE", "ID", "LENGTH", "GROUP", "PORT", "TTL"])
  for daemon in daemons {
    table.add([
      daemon.role.description, daemon.interface, "\(daemon.syncID)",
      daemon.maximumLength.map { "\($0)" } ?? "-",
      daemon.group?.description ?? "-", daemon.port.map { "\($0)" } ?? "-",
      daemon.timeToLive.map { "\($0)" } ?? "-",
    ])
  }
  writeOutput(table.text)
}
