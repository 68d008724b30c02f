/// What the checksum of a version 3 message over IPv4 covers.
///
/// In IPv6 it always covers the pseudo-header as well, in version 2 never.
public enum ChecksumForm: String, Hashable, Sendable, CaseIterable {
  /// The message and a pseudo-header: how the installed base reads RFC 5798, and what keepalived and FRR send.
  case withPseudoHeader = "with-pseudo-header"
  /// The message alone: RFC 9568 §5.2.8.
  case messageOnly = "message-only"
}
