/// The versions of the protocol that are spoken.
public enum ProtocolVersion: UInt8, Hashable, Sendable, CaseIterable {
  /// RFC 3768: IPv4, whole seconds.
  case v2 = 2
  /// RFC 9568 (and RFC 5798): IPv4 and IPv6, centiseconds.
  case v3 = 3
}
