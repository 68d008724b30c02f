internal import IPVS
internal import Model

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
