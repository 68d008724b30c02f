internal import Configuration
internal import Logging

/// The daemon itself: how it begins and ends.
extension DaemonEvent {
  /// The table is programmed, and the checks begin.
  static func started(
    _ configuration: DirectorConfiguration, changes: Int, refused: Int
  ) -> DaemonEvent {
    let written =
      switch changes {
      // Without services it is nobody's business how the table was.
      case 0 where refused > 0: ""
      case 0: configuration.services.isEmpty ? "" : ": the kernel's table was right already"
      case 1: ": 1 change written"
      default: ": \(changes) changes written"
      }
    return DaemonEvent(
      Kind(name: "started", messageID: "2ceef6a0e6391bce797664f36787d350"), .notice,
      "serving \(configuration.summary)\(written)\(refusalText(of: refused))",
      [.count: "\(changes)"])
  }

  /// A signal, or whoever asked, ends the daemon.
  static func stopping(_ reason: String, _ configuration: DirectorConfiguration) -> DaemonEvent {
    let forwarding =
      switch configuration.stop {
      case _ where configuration.services.isEmpty: ""
      case .keep: "; forwarding stays as it is"
      case .remove: "; forwarding is removed"
      }
    return DaemonEvent(
      Kind(name: "stopping", messageID: "852970b55a53af43e7275df89020803b"), .notice,
      "stopping on \(reason)\(forwarding)", [.reason: reason])
  }

  /// Another configuration runs from now on.
  static func reloaded(
    _ configuration: DirectorConfiguration, generation: Int, changes: Int, refused: Int
  ) -> DaemonEvent {
    let outcome =
      switch changes {
      case 0 where configuration.services.isEmpty: configuration.summary
      case 1: "1 change of the table"
      default: "\(changes) changes of the table"
      }
    return DaemonEvent(
      Kind(name: "reloaded", messageID: "a1bb5eca89f35b7081d40dd815090050"), .notice,
      "configuration \(generation) runs: \(outcome)\(refusalText(of: refused))",
      [.generation: "\(generation)", .count: "\(changes)"])
  }

  private static func refusalText(of services: Int) -> String {
    switch services {
    case 0: ""
    case 1: "; the kernel refuses a part of 1 service (pintle status says which)"
    default: "; the kernel refuses parts of \(services) services (pintle status says which)"
    }
  }

  /// The configuration stays as it is, because the new one cannot be used.
  static func reloadFailed(_ refusal: ConfigurationRefusal, generation: Int) -> DaemonEvent {
    let first = refusal.details.first?.split(separator: "\n").first.map { ": \($0)" } ?? ""
    return DaemonEvent(
      Kind(name: "reload-failed", messageID: "cae11a7385dca90f046e09bad86412a3"), .error,
      "reload failed, configuration \(generation) runs on: \(refusal)\(first)",
      [.generation: "\(generation)", .reason: "\(refusal)\(first)"])
  }

  /// The last word.
  static func stopped() -> DaemonEvent {
    DaemonEvent(Kind(name: "stopped", messageID: "34cc9e8535bec7d6430c0570dceaef9e"), .notice, "stopped")
  }
}
