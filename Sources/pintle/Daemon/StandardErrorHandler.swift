internal import Glibc
internal import Logging

/// Writes log lines to standard error: with the journal's priority before each under systemd, with a level elsewhere.
struct StandardErrorHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  private let isUnderSystemd = getenv("JOURNAL_STREAM") != nil

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let prefix = isUnderSystemd ? "<\(event.level.priority)>" : "\(event.level): "
    writeErrorLine(prefix + event.message.description.withoutControls())
  }
}

extension Logger.Level {
  /// The priority of syslog(3), 2 (critical) to 7 (debug).
  var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
