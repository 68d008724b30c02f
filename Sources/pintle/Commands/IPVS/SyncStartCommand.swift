internal import ArgumentParser
internal import IPVS
internal import Model

struct SyncStartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a sync daemon.")

  @Argument(help: "master sends, backup receives.")
  var role: SyncDaemon.Role

  @Option(help: "The interface of the multicast traffic.")
  var interface: String

  @Option(help: "Tells pairs of directors apart: 1 to 255; 0 on a backup accepts all.")
  var id: UInt8

  @Option(help: "The largest payload of a datagram, in bytes.")
  var maximumLength: UInt16?

  @Option(help: "The multicast group; default 224.0.0.81.")
  var group: IPAddress?

  @Option(help: "The first UDP port; default 8848.")
  var port: UInt16?

  @Option(help: "The time to live of the datagrams; default 1.")
  var ttl: UInt8?

  func run() throws {
    let daemon = SyncDaemon(
      role, interface: interface, syncID: id, maximumLength: maximumLength, group: group, port: port,
      timeToLive: ttl)
    try withIPVS { try $0.start(daemon) }
  }
}
