internal import ArgumentParser
internal import IPVS
internal import Model

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
