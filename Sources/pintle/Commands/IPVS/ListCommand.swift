internal import ArgumentParser
internal import IPVS
internal import Model

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show services and their servers.",
    discussion: "Without an option: settings and connections. IPv6 addresses stand in brackets.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL] or fwmark:NUMBER[/ipv6]; without it: all.")
  var service: ServiceKey?

  @Flag(help: "Show what was counted since the last zeroing.")
  var stats = false

  @Flag(help: "Show rates per second.")
  var rates = false

  @Flag(help: "Show the connections themselves.")
  var connections = false

  @Flag(help: "Show how long idle connections are remembered.")
  var timeouts = false

  @Flag(help: "Show the sync daemons.")
  var sync = false

  @Flag(help: "Show names instead of addresses and port numbers.")
  var resolve = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard [stats, rates, connections, timeouts, sync].count(where: { $0 }) <= 1 else {
      throw ValidationError("--stats, --rates, --connections, --timeouts and --sync exclude each other.")
    }
  }

  func run() throws {
    try withIPVS { client in
      if connections { return try showConnections(of: service, names: Names(resolve: resolve), json: json) }
      if timeouts { return try showTimeouts(try client.timeouts(), json: json) }
      if sync { return try showSyncDaemons(try client.syncDaemons(), json: json) }

      let snapshots = try snapshots(&client).sorted { $0.status.service.key < $1.status.service.key }
      if json { return try writeJSON(snapshots.map(KernelServiceRecord.init)) }
      let names = Names(resolve: resolve)
      let listing =
        if stats {
          ServiceListing.statistics(snapshots, names)
        } else if rates {
          ServiceListing.rates(snapshots, names)
        } else {
          ServiceListing.settings(snapshots, names)
        }
      writeOutput(listing.text)
    }
  }

  private func snapshots(_ client: inout IPVSClient) throws(IPVSError) -> [ServiceSnapshot] {
    guard let service else { return try client.snapshot() }
    guard let status = try client.service(service) else {
      throw IPVSError(.readServices, "service \(service)", .noSuchService)
    }
    return [ServiceSnapshot(status, servers: try client.servers(of: service))]
  }
}
