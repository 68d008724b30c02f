internal import Balancing
internal import Logging
internal import Model

/// The services and the health of their servers.
extension DaemonEvent {
  /// What the health of a server, or of all of them, means for a service.
  static func service(_ service: String, _ event: ServiceBalancer.Event) -> DaemonEvent {
    switch event {
    case .server(let server, let transition):
      return Self.server(server, of: service, transition)
    case .allFailed:
      return DaemonEvent(
        Kind(name: "service-down", messageID: "021513547bd4adb4ff5fb68261d73ce1"), .critical,
        "\(service): no server is left", [.service: service])
    case .recovered:
      return DaemonEvent(
        Kind(name: "service-up", messageID: "de8e9ff4bbfebdca02a00050f2703b5f"), .notice,
        "\(service): a server is in service again", [.service: service])
    }
  }

  private static func server(
    _ server: Endpoint, of service: String, _ transition: ServerHealth.Transition
  ) -> DaemonEvent {
    let up = Kind(name: "server-up", messageID: "02434cd7932cf49f37ef7c51a90b4b76")
    let down = Kind(name: "server-down", messageID: "2e827d6556425f23904de7adb461a397")
    var fields: [Field: String] = [.service: service, .server: "\(server)"]
    switch transition {
    case .roseFirst:
      return DaemonEvent(up, .notice, "\(service): server \(server) is up: its first check passed", fields)
    case .rose(let count):
      fields[.count] = "\(count)"
      return DaemonEvent(
        up, .notice, "\(service): server \(server) is up again: \(count) checks in a row passed", fields)
    case .fell(let failure, let count):
      fields[.reason] = "\(failure)"
      fields[.count] = "\(count)"
      return DaemonEvent(
        down, .warning, "\(service): server \(server) is down: \(failure), \(count) times in a row", fields)
    case .failedFirst(let failure):
      fields[.reason] = "\(failure)"
      return DaemonEvent(
        down, .warning, "\(service): server \(server) is not taken in: its first check failed: \(failure)",
        fields)
    case .wantsCredentials(let status):
      fields[.reason] = "status \(status)"
      return DaemonEvent(
        Kind(name: "server-misconfigured", messageID: "d8a862bde55ba7a3157578bb469acafe"), .warning,
        "\(service): server \(server) answers \(status): it lives, but the check needs credentials", fields)
    }
  }
}
