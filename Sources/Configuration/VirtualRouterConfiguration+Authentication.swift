extension VirtualRouterConfiguration {
  /// How advertisements prove where they come from.
  package enum Authentication: Hashable, Sendable {
    /// Version 2 alone: 1 to 8 bytes that everybody on the link can read.
    case password(String)
    /// A trailer with a keyed hash.
    case hmac(HMAC)
  }

  /// The HMAC-SHA256 trailer of draft-cassen-vrrp-auth-hmac, keepalived's `auth_hmac`.
  package struct HMAC: Hashable, Sendable {
    /// A secret that the routers share.
    package struct Key: Hashable, Sendable {
      /// Its number on the wire, 1 to 255: the same on all routers.
      package var id: UInt8
      /// The file that holds it, by its absolute path.
      package var file: String

      /// Joins the two.
      package init(id: UInt8, file: String) {
        self.id = id
        self.file = file
      }
    }

    /// What becomes of advertisements without a trailer; the raw value is its word.
    package enum Mode: String, Hashable, Sendable, CaseIterable {
      /// They are accepted, and sent.
      case receiveOnly = "receive-only"
      /// They are accepted, but not sent.
      case permissive
      /// They are rejected.
      case enforce
    }

    /// The keys that are accepted, at least one, no two with one number; the first one signs.
    package var keys: [Key]
    /// What becomes of advertisements without a trailer.
    package var mode: Mode
    /// How far the sender's clock may be from this host's: 1 to 300 seconds.
    package var window: Duration

    /// Joins the parts.
    package init(keys: [Key], mode: Mode = .enforce, window: Duration) {
      self.keys = keys
      self.mode = mode
      self.window = window
    }

    /// The window of a router that says nothing else: three intervals, and at least five seconds.
    package static func defaultWindow(for interval: Duration) -> Duration { max(interval * 3, .seconds(5)) }
  }
}
