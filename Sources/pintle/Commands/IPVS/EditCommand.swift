internal import ArgumentParser
internal import IPVS
internal import Model

struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change settings of a service or of a server; what is not named stays as it is.",
    subcommands: [EditServiceCommand.self, EditServerCommand.self])
}
