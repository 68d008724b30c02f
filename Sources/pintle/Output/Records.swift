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

/// How long a client stays with its server, in seconds, and which clients count as one.
struct PersistenceRecord: Encodable {
  let timeout: UInt32
  let netmask: String

  init(_ persistence: Persistence, family: AddressFamily) {
    timeout = persistence.timeout
    netmask = family == .ipv4 ? IPv4Address(persistence.mask).description : "\(persistence.mask)"
  }
}

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

/// Totals since the last zeroing, and rates per second.
struct StatisticsRecord: Encodable {
  let connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes: UInt64
  let connectionRate, incomingPacketRate, outgoingPacketRate, incomingByteRate, outgoingByteRate: UInt64

  init(_ statistics: TrafficStatistics) {
    connections = statistics.connections
    incomingPackets = statistics.incomingPackets
    outgoingPackets = statistics.outgoingPackets
    incomingBytes = statistics.incomingBytes
    outgoingBytes = statistics.outgoingBytes
    connectionRate = statistics.connectionRate
    incomingPacketRate = statistics.incomingPacketRate
    outgoingPacketRate = statistics.outgoingPacketRate
    incomingByteRate = statistics.incomingByteRate
    outgoingByteRate = statistics.outgoingByteRate
  }
}

/// Time-outs in seconds.
struct TimeoutsRecord: Encodable {
  let tcp, tcpFin, udp: UInt32

  init(_ timeouts: ConnectionTimeouts) {
    tcp = timeouts.tcp
    tcpFin = timeouts.tcpFin
    udp = timeouts.udp
  }
}

/// A sync daemon.
struct SyncDaemonRecord: Encodable {
  let role, interface: String
  let id: UInt8
  let maximumLength: UInt16?
  let group: String?
  let port: UInt16?
  let timeToLive: UInt8?

  init(_ daemon: SyncDaemon) {
    role = daemon.role.description
    interface = daemon.interface
    id = daemon.syncID
    maximumLength = daemon.maximumLength
    group = daemon.group?.description
    port = daemon.port
    timeToLive = daemon.timeToLive
  }
}

/// A connection; `expires` is in seconds.
struct ConnectionRecord: Encodable {
  let `protocol`, client, service, server, state: String
  let expires: UInt32

  init(_ connection: Connection) {
    `protocol` = connection.transport.rawValue
    client = connection.client.description
    service = connection.service.description
    server = connection.server.description
    state = connection.state
    expires = connection.expires
  }
}
