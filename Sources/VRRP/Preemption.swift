/// Whether a Backup of higher priority takes over from a living Active router (RFC 9568 §6.1, Preempt_Mode).
public enum Preemption: Hashable, Sendable {
  /// It waits until the Active router releases the addresses or falls silent.
  case never
  /// It does so when it has been Backup for this long; zero is the RFC's Preempt_Mode true.
  case after(Duration)
}
