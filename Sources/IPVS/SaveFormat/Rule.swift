public import Model

/// What one line of a file in ipvsadm's save format asks for.
public enum Rule: Hashable, Sendable {
  /// A service or a server is added, replaced or deleted: `-A`, `-E`, `-D`, `-a`, `-e`, `-d`.
  case change(TableChange)
  /// The whole table goes: `-C`.
  case flush
  /// Counters start anew, of one service or of all: `-Z`.
  case zero(ServiceKey?)
  /// How long idle connections are remembered: `--set`.
  case setTimeouts(ConnectionTimeouts)
  /// `--start-daemon`.
  case startDaemon(SyncDaemon)
  /// `--stop-daemon`.
  case stopDaemon(SyncDaemon.Role)
}
