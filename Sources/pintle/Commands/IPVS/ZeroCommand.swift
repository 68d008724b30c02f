internal import ArgumentParser
internal import IPVS
internal import Model

struct ZeroCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zero", abstract: "Set the counters of a service to zero, or all counters.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6]; without it: all.")
  var service: ServiceKey?

  func run() throws {
    try withIPVS { try $0.zero(service) }
  }
}
