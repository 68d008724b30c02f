internal import ArgumentParser
internal import IPVS
internal import Model

struct AddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a service, or a server to a service.",
    subcommands: [AddServiceCommand.self, AddServerCommand.self])
}
