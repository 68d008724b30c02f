internal import ArgumentParser
internal import IPVS
internal import Model

struct EditServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "Change a service; its servers and connections stay.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  @OptionGroup var options: ServiceOptions

  func run() throws {
    try withIPVS { client in
      guard var edited = try client.service(service)?.service else {
        throw IPVSError(.setService, "service \(service)", .noSuchService)
      }
      try options.apply(to: &edited)
      try client.apply(.setService(edited))
    }
  }
}
