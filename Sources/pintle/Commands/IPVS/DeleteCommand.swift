internal import ArgumentParser
internal import IPVS
internal import Model

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a service with its servers, or a server of a service.",
    subcommands: [DeleteServiceCommand.self, DeleteServerCommand.self])
}

struct DeleteServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "Delete a service with its servers.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  func run() throws {
    try withIPVS { try $0.apply(.deleteService(service)) }
  }
}

struct DeleteServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Delete a server of a service.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  @Argument(help: "ADDRESS:PORT.")
  var server: Endpoint

  func run() throws {
    try withIPVS { try $0.apply(.deleteServer(server, service)) }
  }
}
