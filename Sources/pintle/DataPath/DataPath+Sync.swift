internal import Balancing
internal import Configuration
internal import Glibc
internal import Host
internal import IPVS
internal import Model

/// The connection sync: which half of it runs follows the role.
extension DataPath {
  /// Brings the halves of it that run to those of the role.
  func keepSync() {
    do throws(IPVSError) {
      if client == nil { client = try IPVSClient() }
      let own = ownSync
      let wanted = needs.sync?.daemons(as: held.role) ?? []
      // Each role runs once, so that another's gives way where one is wanted; where none is, it stays.
      let running = try (client?.syncDaemons() ?? []).filter { needs.sync != nil || own.contains($0.line) }
      let place = "index \(wanted.first.map { if_nametoindex($0.interface) } ?? 0)"
      let former = syncPlace ?? own.first { $0.hasPrefix("index ") }
      let isAnother = former != nil && former != place
      let steps = SyncPolicy.steps(from: running, to: wanted, interfaceIsAnother: isAnother)
      for case .stop(let role) in steps {
        try client?.stopSyncDaemon(role)
        log.report(.syncStopped(role))
      }
      // Nothing runs on the one before any more, whatever becomes of what follows.
      syncPlace = place
      // What the peer told meanwhile is lost.
      if isAnother, held.role == .backup, !wanted.isEmpty { beginWarmUp() }
      for case .start(let daemon) in steps {
        try client?.start(daemon)
        log.report(.syncStarted(daemon))
        if daemon.role == .backup, needs.kernel.contains(.directsWhenActiveOnly) { try tellOfDisabled() }
      }
      let lines = wanted.isEmpty ? [] : wanted.map(\.line) + [place]
      // Losing it costs a later process the stop, or the notice that the interface is another.
      if own != lines { try? syncRecord.write(lines) }
      complaints["sync"] = nil
    } catch {
      complain("sync", .syncFailed(error))
    }
  }

  /// Whether the peer tells of connections of a service, which come into the table of this host.
  ///
  /// Its last words may come after the address.
  func isToldOfConnections(of service: ServiceConfiguration) -> Bool {
    guard needs.sync != nil, held.hasRouters else { return false }
    let service = service.virtualService
    // Such a scheduler chooses servers that take no connections as well, and refuses their clients.
    let refuses = service.scheduler.refusesClients(with: service.schedulerFlags)
    let others = refuses ? held.elsewhere : held.unsettled(at: .now)
    // Nobody knows on which address a service by firewall mark is.
    guard let address = service.key.address else {
      return !held.here.subtracting(others).contains { $0.family == service.key.family }
    }
    return others.contains(address)
  }

  /// Tells of the services that others made on this host, of which it directs none while it takes connections.
  private func tellOfDisabled() throws(IPVSError) {
    let others = try (client?.services() ?? []).map(\.service.key).filter { needs.services[$0] == nil }
    if let first = others.min() { log.report(.syncDisables(others.count, first: first)) }
  }

  /// The lines of what an earlier process, or this one, began.
  var ownSync: [String] { ((try? syncRecord.read()) ?? []).map(String.init) }
}

extension SyncDaemon {
  /// What tells it from others, as the record has it.
  fileprivate var line: String { "\(role) \(interface) \(syncID)" }
}
