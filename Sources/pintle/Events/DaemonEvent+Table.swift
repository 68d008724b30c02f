internal import IPVS
internal import Logging
internal import Model

/// The kernel's table: what was written to it.
extension DaemonEvent {
  /// A change was written because health or configuration asked for it.
  static func changed(_ change: TableChange) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-changed", messageID: "1e75f5b649244a6e4b0ad68917bfa4b5"), .info,
      "table: \(change.planLine)", [.change: change.planLine])
  }

  /// The kernel did not do what it was asked.
  static func refused(_ error: IPVSError) -> DaemonEvent {
    DaemonEvent(
      Kind(name: "table-refused", messageID: "8aa0ffeb0d0801909b15a4df2eb7fba5"), .error,
      "cannot \(error.operation.rawValue): \(error)", [.reason: "\(error.reason)"])
  }
}
