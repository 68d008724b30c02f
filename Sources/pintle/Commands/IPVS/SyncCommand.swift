internal import ArgumentParser
internal import IPVS

struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Show, start or stop the kernel's connection synchronisation.",
    subcommands: [SyncListCommand.self, SyncStartCommand.self, SyncStopCommand.self],
    defaultSubcommand: SyncListCommand.self)
}
