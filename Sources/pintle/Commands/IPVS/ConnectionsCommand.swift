internal import ArgumentParser
internal import IPVS
internal import Model

struct ConnectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connections", abstract: "Show the connections that the kernel forwards.")

  @Argument(help: "ADDRESS:PORT[/PROTOCOL]; without it: all.")
  var service: ServiceKey?

  @Flag(help: "Show names instead of addresses and port numbers.")
  var resolve = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    // Opening it says clearly where there is no IPVS at all.
    try withIPVS { _ in try showConnections(of: service, names: Names(resolve: resolve), json: json) }
  }
}

/// Prints the connections of a service, or all.
func showConnections(of key: ServiceKey?, names: Names, json: Bool) throws {
  let path = "/proc/net/ip_vs_conn"
  let text: String
  do {
    text = String(decoding: try readFile(path), as: UTF8.self)
  } catch {
    throw Failure("cannot read \(path)", error)
  }
  let connections = text.split(separator: "\n").compactMap(Connection.init(line:)).filter { connection in
    key == nil || key == .endpoint(connection.transport, connection.service)
  }
  if json { return try writeJSON(connections.map(ConnectionRecord.init)) }
  var table = TextTable([.left, .left, .left, .left, .left, .right])
  table.add(["PROTOCOL", "CLIENT", "SERVICE", "SERVER", "STATE", "EXPIRES"])
  for connection in connections {
    let key = ServiceKey.endpoint(connection.transport, connection.service)
    table.add([
      connection.transport.rawValue, names.name(of: connection.client, key),
      names.name(of: connection.service, key),
      names.name(of: connection.server, key), connection.state, "\(connection.expires)s",
    ])
  }
  writeOutput(table.text)
}
