internal import Control
internal import Logging

extension DaemonEvent {
  /// The event as its stream has it, at this moment; the stream numbers it.
  var record: EventRecord {
    EventRecord(
      sequence: 0, time: .now, kind: kind.name, level: level.rawValue, message: message,
      fields: Dictionary(uniqueKeysWithValues: fields.map { ($0.rawValue, $1) }))
  }
}
