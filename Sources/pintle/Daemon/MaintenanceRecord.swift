internal import Model

/// The servers that the operator took out, remembered across restarts.
struct MaintenanceRecord: Sendable {
  /// A service and a server a line, as the command line names them.
  let file: RuntimeFile

  /// The servers that are out, by their service.
  func read() throws(Failure) -> [ServiceKey: Set<Endpoint>] {
    var servers: [ServiceKey: Set<Endpoint>] = [:]
    for line in try file.read() {
      let words = line.split(separator: " ")
      guard words.count == 2, let key = ServiceKey(argument: String(words[0])),
        let server = Endpoint(words[1])
      else { continue }
      servers[key, default: []].insert(server)
    }
    return servers
  }

  /// Replaces the record.
  func write(_ servers: [ServiceKey: Set<Endpoint>]) throws(Failure) {
    try file.write(
      servers.sorted { $0.key < $1.key }.flatMap { key, servers in
        servers.sorted().map { "\(key.argument) \($0)" }
      })
  }
}
