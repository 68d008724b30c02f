internal import Host
internal import Logging

/// Writes events to the journal in its native protocol: an entry each, with the event's fields.
struct JournalHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  private let journal: JournalSocket

  /// Speaks to a journal.
  init(_ journal: JournalSocket) { self.journal = journal }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var entry = JournalEntry()
    entry.add("MESSAGE", event.message.description.withoutControls())
    entry.add("PRIORITY", "\(event.level.priority)")
    entry.add("SYSLOG_IDENTIFIER", "pintle")
    for (key, value) in (event.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
      entry.add(key, "\(value)".withoutControls(keepingLines: true))
    }
    journal.send(entry)
  }
}
