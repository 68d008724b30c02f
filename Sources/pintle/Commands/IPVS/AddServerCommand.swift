internal import ArgumentParser
internal import IPVS
internal import Model

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
