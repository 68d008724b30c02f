internal import ArgumentParser
internal import IPVS
internal import Model

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
