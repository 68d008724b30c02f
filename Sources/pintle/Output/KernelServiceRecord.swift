internal import IPVS
internal import Model

//  The JSON of the listings. Keys are in camel case; addresses carry no brackets; an absent value is left out.

/// A service with its servers.
struct KernelServiceRecord: Encodable {
  let `protocol`: String?
  let address: String?
  let port: UInt16?
  let firewallMark: UInt32?
  let family: String
  let scheduler: String
  let schedulerFlags: [String]
  let persistence: PersistenceRecord?
  let persistenceEngine: String?
  let onePacket: Bool
  let statistics: StatisticsRecord
  let servers: [KernelServerRecord]

  init(_ snapshot: ServiceSnapshot) {
    let service = snapshot.status.service
    switch service.key {
    case .endpoint(let transport, let endpoint):
      `protocol` = transport.rawValue
      address = endpoint.address.description
      port = endpoint.port
      firewallMark = nil
    case .firewallMark(let mark, _):
      `protocol` = nil
      address = nil
      port = nil
      firewallMark = mark
    }
    family = service.key.family.rawValue
    scheduler = service.scheduler.name
    schedulerFlags = service.schedulerFlags.names(for: service.scheduler)
    persistence = service.persistence.map { PersistenceRecord($0, family: service.key.family) }
    persistenceEngine = service.persistenceEngine?.name
    onePacket = service.isOnePacket
    statistics = StatisticsRecord(snapshot.status.statistics)
    servers = snapshot.servers.sorted { $0.server.endpoint < $1.server.endpoint }.map(KernelServerRecord.init)
  }
}
