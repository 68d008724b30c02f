internal import Control

/// What the daemon is and does, for people.
struct StatusListing {
  /// The listing.
  let text: String

  /// Lists a status as it is read at a time.
  init(_ status: StatusRecord, at now: Timestamp) {
    var text =
      "pintle \(status.version), process \(status.pid), up \(now.elapsed(since: status.started).shown)"
    text += "; configuration \(status.generation), \(now.elapsed(since: status.loadedAt).shown) old\n"
    if let reload = status.lastReload, let error = reload.error {
      text +=
        "the reload \(now.elapsed(since: reload.time).shown) ago FAILED, and the old configuration runs on: \(error)\n"
    }
    if let sync = status.connectionSync {
      let roles = sync.roles.isEmpty ? "not running" : sync.roles.map(\.rawValue).joined(separator: " and ")
      text += "connection sync on \(sync.interface), id \(sync.id): \(roles)\n"
    }
    if let drops = status.journalDrops, drops > 0 {
      text += "the journal had no room for \(drops) events\n"
    }
    if !status.services.isEmpty { text += "\n" + Self.text(of: status.services, at: now) }
    if !status.virtualRouters.isEmpty { text += "\n" + Self.text(of: status.virtualRouters, at: now) }
    self.text = text.withoutControls(keepingLines: true)
  }

  private static func text(of services: [ServiceRecord], at now: Timestamp) -> String {
    var table = TextTable([.left, .left, .right, .right, .right, .right, .right])
    table.add(["SERVICE, SERVERS", "STATE", "WEIGHT", "ACTIVE", "INACTIVE", "CHECK", "SINCE"])
    for service in services {
      let address =
        service.address.map { "\(service.protocol ?? "") \($0)" } ?? service.firewallMark.map {
          "fwmark \($0)"
        } ?? ""
      let translation = service.sourceNAT.map { ", source NAT: \($0)" } ?? ""
      let quorum = "\(service.quorum.has) of \(service.servers.count) serve, quorum \(service.quorum.needed)"
      table.add(
        [service.name, service.state.shown], note: "\(address) \(service.scheduler)\(translation); \(quorum)")
      if let refusal = service.refusal { table.add(["  limited"], note: "the kernel refuses: \(refusal)") }
      for server in service.servers { table.add(cells(server, at: now), note: server.reason ?? "") }
    }
    return table.text
  }

  private static func cells(_ server: ServerRecord, at now: Timestamp) -> [String] {
    let weight = server.kernelWeight.map { kernel in
      kernel == server.configuredWeight ? "\(kernel)" : "\(kernel)/\(server.configuredWeight)"
    }
    let check = server.lastCheck.map { check in
      let phases = [check.connect, check.handshake, check.response].compactMap { $0?.value }
      return check.result == "healthy" ? "\((phases.reduce(0, +) * 10).rounded() / 10) ms" : "failed"
    }
    return [
      "  \(server.address)", server.state.rawValue, weight ?? "-",
      server.activeConnections.map(String.init) ?? "-",
      server.inactiveConnections.map(String.init) ?? "-", check ?? "-",
      now.elapsed(since: server.since).shown,
    ]
  }

  /// Lists virtual routers as they are read at a time.
  static func text(of routers: [RouterRecord], at now: Timestamp) -> String {
    var table = TextTable([.left, .left, .right, .left, .left, .left, .right])
    table.add(["VIRTUAL ROUTER", "ROLE", "PRIORITY", "INTERFACE", "ADDRESSES", "PEER", "SINCE"])
    for router in routers {
      let (effective, configured) = (router.priority.effective, router.priority.configured)
      table.add(
        [
          "\(router.name) (\(router.id))", router.role.rawValue,
          effective == configured ? "\(effective)" : "\(effective)/\(configured)", router.interface,
          router.addresses.joined(separator: " "),
          router.peer.map { "\($0.address) (\($0.priority))" } ?? "-", now.elapsed(since: router.since).shown,
        ], note: router.why)
      // What has brought it into its role stands there already.
      for fault in router.faults where !router.why.contains(fault) {
        table.add(["  limited"], note: fault)
      }
    }
    return table.text.withoutControls(keepingLines: true)
  }
}

extension ServiceRecord.State {
  /// The state as people read it.
  fileprivate var shown: String {
    switch self {
    case .up: "up"
    case .noQuorum: "NO QUORUM"
    case .keeping: "ALL FAIL, kept"
    case .fallback: "ALL FAIL, fallback"
    case .empty: "EMPTY"
    case .refused: "REFUSED by the kernel"
    }
  }
}

extension Duration {
  /// Its two largest units: `3 d 4 h`, `12 s`.
  fileprivate var shown: String {
    let seconds = max(0, components.seconds)
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    case ..<86_400: "\(seconds / 3600) h \(seconds / 60 % 60) min"
    default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
    }
  }
}
