internal import ArgumentParser
internal import IPVS
internal import Model

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a service with its servers, or a server of a service.",
    subcommands: [DeleteServiceCommand.self, DeleteServerCommand.self])
}
