internal import IPVS
internal import Model

/// A server with its connections.
struct KernelServerRecord: Encodable {
  let address: String
  let port: UInt16
  let forwarding: String
  let weight: UInt32
  let upperThreshold: UInt32
  let lowerThreshold: UInt32
  let activeConnections: UInt32
  let inactiveConnections: UInt32
  let persistentConnections: UInt32
  let statistics: StatisticsRecord

  init(_ status: ServerStatus) {
    let server = status.server
    address = server.endpoint.address.description
    port = server.endpoint.port
    forwarding = server.forwarding.description
    weight = server.weight
    upperThreshold = server.upperThreshold
    lowerThreshold = server.lowerThreshold
    activeConnections = status.connections.active
    inactiveConnections = status.connections.inactive
    persistentConnections = status.connections.persistent
    statistics = StatisticsRecord(status.statistics)
  }
}
