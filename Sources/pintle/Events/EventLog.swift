internal import Logging

/// Where events go: to the log, and to whoever follows them.
struct EventLog: Sendable {
  /// Takes every event; called on the thread that reports.
  typealias Follower = @Sendable (DaemonEvent) -> Void

  private let logger: Logger
  private let followers: [Follower]

  /// Speaks to a logger, whose handler makes the journal's fields of the metadata.
  init(_ logger: Logger, followers: [Follower] = []) {
    self.logger = logger
    self.followers = followers
  }

  /// Tells an event.
  func report(_ event: DaemonEvent) {
    var metadata: Logger.Metadata = ["MESSAGE_ID": "\(event.kind.messageID)"]
    for (field, value) in event.fields { metadata[field.rawValue] = "\(value)" }
    logger.log(level: event.level, "\(event.message)", metadata: metadata)
    for follower in followers { follower(event) }
  }
}
