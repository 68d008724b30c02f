internal import Balancing
internal import Logging
internal import Model

/// The services and the health of their servers.
extension DaemonEvent {
  /// What happened in a service.
  static func service(_ service: String, _ event: ServiceEvent) -> DaemonEvent {
    let fields: [Field: String] = [.service: service]
    switch event {
    case .server(let server, let transition):
      return health(of: server, of: service, transition)
    case .maintenanceBegan(let server):
      return DaemonEvent(
        Kind(name: "server-maintenance", messageID: "55bf2f9ae382154f44de5723ca6b96a2"), .notice,
        "\(service): server \(server) is taken out by the operator", fields.of(server))
    case .maintenanceEnded(let server):
      return DaemonEvent(
        Kind(name: "server-maintenance-over", messageID: "923fc861e5c657d05feab368b5bff1f9"), .notice,
        "\(service): server \(server) is given back by the operator", fields.of(server))
    case .removed(let server):
      return DaemonEvent(
        Kind(name: "server-removed", messageID: "e884403c092238aa6a8635cf935befa7"), .notice,
        "\(service): server \(server) leaves: it is not configured any more", fields.of(server))
    case .returned(let server):
      return DaemonEvent(
        Kind(name: "server-returned", messageID: "6f837665b08397c2fbb37a91291f9f28"), .notice,
        "\(service): server \(server) stays: it is configured again", fields.of(server))
    case .drained(let server, let end):
      let why =
        switch end {
        case .noConnections: "its last connection is gone"
        case .deadline: "its time to drain is over"
        }
      return DaemonEvent(
        Kind(name: "server-drained", messageID: "5577d9185feac6bec62907a6af7f8b94"), .notice,
        "\(service): server \(server) is out: \(why)", fields.of(server, why))
    case .allFailed(let remedy):
      return DaemonEvent(
        Kind(name: "service-down", messageID: "021513547bd4adb4ff5fb68261d73ce1"), .critical,
        "\(service): no server is healthy: \(remedy.sentence)", fields)
    case .recovered:
      return DaemonEvent(
        Kind(name: "service-up", messageID: "de8e9ff4bbfebdca02a00050f2703b5f"), .notice,
        "\(service): a server is in service again", fields)
    case .quorumLost(let serving, let quorum):
      return DaemonEvent(
        Kind(name: "quorum-lost", messageID: "f8b0c7aff34401cd1a23aa2863a4c7fd"), .warning,
        "\(service): no quorum: \(serving) of \(quorum) servers in service (pintle status says why)",
        fields.merging([.count: "\(serving)"]) { $1 })
    case .quorumRegained(let serving, let quorum):
      return DaemonEvent(
        Kind(name: "quorum-regained", messageID: "eefd8e315d940abeb72271bfe5fcde0a"), .notice,
        "\(service): quorum again: \(serving) servers in service, \(quorum) needed",
        fields.merging([.count: "\(serving)"]) { $1 })
    }
  }

  /// A check of a service cannot run.
  static func checkCannotRun(of service: String, _ failure: ProbeFailure) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "check-cannot-run", messageID: "b6ffd11139adedf190185146ab1bb3ec"), .warning,
      "\(service): \(failure); its servers stay as they are", [.service: service, .reason: "\(failure)"])
  }

  private static func health(
    of server: Endpoint, of service: String, _ transition: ServerHealth.Transition
  ) -> DaemonEvent {
    let up = Kind(name: "server-up", messageID: "02434cd7932cf49f37ef7c51a90b4b76")
    let down = Kind(name: "server-down", messageID: "2e827d6556425f23904de7adb461a397")
    let draining = Kind(name: "server-draining", messageID: "343fc8829ca79e1f3ea067bdd4594a2c")
    let misconfigured = Kind(name: "server-misconfigured", messageID: "d8a862bde55ba7a3157578bb469acafe")
    let fields: [Field: String] = [Field.service: service].of(server)
    let name = "\(service): server \(server)"
    switch transition {
    case .roseFirst:
      return DaemonEvent(up, .notice, "\(name) is up: its first check passed", fields)
    case .rose(let count):
      return DaemonEvent(
        up, .notice, "\(name) is up again: \(count) checks in a row passed",
        fields.merging([.count: "\(count)"]) { $1 })
    case .fell(let failure, let count):
      return DaemonEvent(
        down, .warning, "\(name) is down: \(failure), \(count) times in a row",
        fields.merging([.reason: "\(failure)", .count: "\(count)"]) { $1 })
    case .failedFirst(let failure):
      return DaemonEvent(
        down, .warning, "\(name) is not taken in: its first check failed: \(failure)",
        fields.merging([.reason: "\(failure)"]) { $1 })
    case .becameUnready(let failure, let count):
      return DaemonEvent(
        draining, .warning,
        "\(name) takes no new connections: it answers, and is not ready: \(failure), \(count) times in a row",
        fields.merging([.reason: "\(failure)", .count: "\(count)"]) { $1 })
    case .beganShutdown:
      return DaemonEvent(
        draining, .notice, "\(name) takes no new connections: it says that it is shutting down",
        fields.merging([.reason: "\(ProbeFailure.shuttingDown)"]) { $1 })
    case .wantsCredentials(let status):
      return DaemonEvent(
        misconfigured, .warning, "\(name) answers \(status): it lives, but the check needs credentials",
        fields.merging([.reason: "status \(status)"]) { $1 })
    case .acceptedCredentials:
      return DaemonEvent(up, .notice, "\(name) is up: the check's credentials are accepted again", fields)
    case .cannotBeChecked(let reason):
      return DaemonEvent(
        Kind(name: "check-cannot-run", messageID: "b6ffd11139adedf190185146ab1bb3ec"), .warning,
        "\(name) stays as it is: its check cannot run: \(reason)",
        fields.merging([.reason: reason]) { $1 })
    }
  }
}

extension [DaemonEvent.Field: String] {
  /// The fields of an event about a server.
  fileprivate func of(_ server: Endpoint, _ reason: String? = nil) -> Self {
    var fields = self
    fields[.server] = "\(server)"
    if let reason { fields[.reason] = reason }
    return fields
  }
}

extension ServiceEvent.Remedy {
  fileprivate var sentence: String {
    switch self {
    case .kept(let servers): "\(servers.map(\.description).joined(separator: ", ")) stay in service"
    case .fallback(let server): "the fallback \(server) takes over"
    case .refused: "new connections are refused"
    }
  }
}
