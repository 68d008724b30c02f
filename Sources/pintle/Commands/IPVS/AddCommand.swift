internal import ArgumentParser
internal import IPVS
internal import Model

struct AddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a service, or a server to a service.",
    subcommands: [AddServiceCommand.self, AddServerCommand.self])
}

struct AddServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "service", abstract: "Add a service.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  @OptionGroup var options: ServiceOptions

  func run() throws {
    var service = VirtualService(service)
    try options.apply(to: &service)
    try withIPVS { try $0.apply(.addService(service)) }
  }
}

struct AddServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Add a server to a service.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  @Argument(help: "ADDRESS:PORT.")
  var server: Endpoint

  @OptionGroup var options: ServerOptions

  func run() throws {
    var server = RealServer(server, forwarding: .nat)
    options.apply(to: &server)
    try withIPVS { try $0.apply(.addServer(server, service)) }
  }
}
