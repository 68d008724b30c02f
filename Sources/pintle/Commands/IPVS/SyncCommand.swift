internal import ArgumentParser
internal import IPVS
internal import Model

struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Show, start or stop the kernel's connection synchronisation.",
    subcommands: [SyncListCommand.self, SyncStartCommand.self, SyncStopCommand.self],
    defaultSubcommand: SyncListCommand.self)
}

struct SyncListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the sync daemons that run.")

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try withIPVS { try showSyncDaemons(try $0.syncDaemons(), json: json) }
  }
}

struct SyncStartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a sync daemon.")

  @Argument(help: "master sends, backup receives.")
  var role: SyncDaemon.Role

  @Option(help: "The interface of the multicast traffic.")
  var interface: String

  @Option(help: "Tells pairs of directors apart: 1 to 255; 0 on a backup accepts all.")
  var id: UInt8

  @Option(help: "The largest payload of a datagram, in bytes.")
  var maximumLength: UInt16?

  @Option(help: "The multicast group; default 224.0.0.81.")
  var group: IPAddress?

  @Option(help: "The first UDP port; default 8848.")
  var port: UInt16?

  @Option(help: "The time to live of the datagrams; default 1.")
  var ttl: UInt8?

  func run() throws {
    let daemon = SyncDaemon(
      role, interface: interface, syncID: id, maximumLength: maximumLength, group: group, port: port,
      timeToLive: ttl)
    try withIPVS { try $0.start(daemon) }
  }
}

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
