internal import ArgumentParser
internal import IPVS
internal import Model

struct DeleteServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "Delete a service with its servers.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  func run() throws {
    try withIPVS { try $0.apply(.deleteService(service)) }
  }
}
