internal import Logging

/// One thing that happened to the daemon: told once, and read in the journal, on standard error and by whoever follows
/// the event stream.
///
/// The sentences of a subsystem stand in one extension of this type, in one file.
struct DaemonEvent: Sendable {
  /// What sort of thing it is.
  struct Kind: Hashable, Sendable {
    /// As the event stream says it: `server-down`.
    let name: String
    /// The journal's MESSAGE_ID: 32 lower-case hexadecimal digits, fixed for ever (`journalctl MESSAGE_ID=…`).
    let messageID: String
  }

  /// A field of the journal entry beside the message.
  enum Field: String, Sendable, CaseIterable {
    case service = "PINTLE_SERVICE"
    case server = "PINTLE_SERVER"
    case router = "PINTLE_ROUTER"
    case interface = "PINTLE_INTERFACE"
    case role = "PINTLE_ROLE"
    case peer = "PINTLE_PEER"
    case reason = "PINTLE_REASON"
    case change = "PINTLE_CHANGE"
    case count = "PINTLE_COUNT"
    case generation = "PINTLE_GENERATION"
  }

  /// What sort of thing it is.
  let kind: Kind
  /// How much it matters: `notice` for what is normal and significant, `warning` for what an operator should look into,
  /// `error` for what failed, `critical` for what takes a service down.
  let level: Logger.Level
  /// One sentence for an operator, without a line break.
  let message: String
  /// What programs look for.
  let fields: [Field: String]

  /// Joins the parts.
  init(_ kind: Kind, _ level: Logger.Level, _ message: String, _ fields: [Field: String] = [:]) {
    self.kind = kind
    self.level = level
    self.message = message
    self.fields = fields
  }
}
