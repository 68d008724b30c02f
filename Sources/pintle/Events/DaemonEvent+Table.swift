internal import IPVS
internal import Logging
internal import Model

/// The kernel's table: what was written to it.
extension DaemonEvent {
  /// A change was written because health, configuration or operator asked for it.
  static func changed(_ change: TableChange) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-changed", messageID: "1e75f5b649244a6e4b0ad68917bfa4b5"), .info,
      "table: \(change.planLine)", [.change: change.planLine])
  }

  /// A change was written because somebody else had changed the table.
  static func repaired(_ change: TableChange) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-repaired", messageID: "83dff69ab250f991787a6559df47433c"), .warning,
      "table: somebody else changed it; repaired: \(change.planLine)", [.change: change.planLine])
  }

  /// The kernel did not do what it was asked.
  static func refused(_ error: IPVSError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-refused", messageID: "8aa0ffeb0d0801909b15a4df2eb7fba5"), .error,
      "cannot \(error.operation.rawValue): \(error); the table is not as configured (pintle plan tells)",
      [.reason: "\(error.reason)"])
  }

  /// Somebody undoes what is written again and again.
  static func contested(_ service: String, pause: Duration) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-contested", messageID: "102d7152af173340ddfdabcab17efa65"), .critical,
      "\(service): somebody else changes it back again and again (kube-proxy in ipvs mode, keepalived or another"
        + " controller on this host?); the next repair waits \(pause.components.seconds) s, later ones longer",
      [.service: service])
  }

  /// Nobody does any more.
  static func contestOver(about service: String) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-uncontested", messageID: "ec8cbc5d6db8d679c14e230e0de043d8"), .notice,
      "\(service): nobody else changes it any more", [.service: service])
  }

  /// What Pintle owns, or something else, cannot be remembered.
  static func recordFailed(_ failure: Failure, of what: String = "what belongs to Pintle") -> DaemonEvent {
    DaemonEvent(
      Kind(name: "record-failed", messageID: "4497beca0a0a573bb8f8f02bd0df2c42"), .error,
      "\(failure): after a restart it would not be known \(what)",
      [.reason: failure.description])
  }
}
