internal import ArgumentParser
internal import IPVS
internal import Model

struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change settings of a service or of a server; what is not named stays as it is.",
    subcommands: [EditServiceCommand.self, EditServerCommand.self])
}

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

struct EditServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Change a server; its connections stay.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6].")
  var service: ServiceKey

  @Argument(help: "ADDRESS:PORT.")
  var server: Endpoint

  @OptionGroup var options: ServerOptions

  func run() throws {
    try withIPVS { client in
      guard var edited = try client.servers(of: service).map(\.server).first(where: { $0.endpoint == server })
      else {
        let isMissing = try client.service(service) == nil
        throw IPVSError(
          .setServer, "server \(server) of \(service)", isMissing ? .noSuchService : .noSuchServer)
      }
      options.apply(to: &edited)
      try client.apply(.setServer(edited, service))
    }
  }
}
