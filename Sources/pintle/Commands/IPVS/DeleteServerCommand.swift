internal import ArgumentParser
internal import IPVS
internal import Model

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
