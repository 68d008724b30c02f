/// The daemon and all that it does: the answer of `GET /v1/status`.
package struct StatusRecord: Codable, Hashable, Sendable {
  /// How a reload ended.
  package struct LastReload: Codable, Hashable, Sendable {
    /// When it was asked for.
    package var time: Timestamp
    /// Why the old configuration stayed; nil where the new one was taken in.
    package var error: String?

    /// Joins the two.
    package init(time: Timestamp, error: String? = nil) {
      self.time = time
      self.error = error
    }
  }

  /// The program's version.
  package var version: String
  /// The daemon's process.
  package var pid: Int32
  /// When it started.
  package var started: Timestamp
  /// How many configurations it has taken in since then; 1 is that of the start.
  package var generation: Int
  /// When it took in the one that it runs.
  package var loadedAt: Timestamp
  /// How the last reload ended; nil before the first.
  package var lastReload: LastReload?
  /// The services, in the configuration's order.
  package var services: [ServiceRecord]
  /// The virtual routers, in the configuration's order.
  package var virtualRouters: [RouterRecord]
  /// The kernel's sync daemons; nil where none is configured.
  package var connectionSync: ConnectionSyncRecord?
  /// How many events journald had no room for; nil where the daemon does not write to the journal.
  package var journalDrops: UInt64?

  /// Joins the parts.
  package init(
    version: String, pid: Int32, started: Timestamp, generation: Int, loadedAt: Timestamp,
    lastReload: LastReload? = nil, services: [ServiceRecord], virtualRouters: [RouterRecord],
    connectionSync: ConnectionSyncRecord? = nil, journalDrops: UInt64? = nil
  ) {
    self.version = version
    self.pid = pid
    self.started = started
    self.generation = generation
    self.loadedAt = loadedAt
    self.lastReload = lastReload
    self.services = services
    self.virtualRouters = virtualRouters
    self.connectionSync = connectionSync
    self.journalDrops = journalDrops
  }
}
