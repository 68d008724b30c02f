/// What something outside, such as an interface or a service's quorum, does to a router.
public enum Adjustment: Hashable, Sendable {
  /// Adds this to the priority, usually a negative number; the sum stays within 3 to 254, as 1 and 2 say more than a number.
  case priority(Int)
  /// There is nothing to serve with: the priority is ``Priority/lowest``.
  case lowest
  /// The router takes the addresses from nobody who advertises, as with Preempt_Mode off, even if it owns them; it
  /// succeeds a silent router as soon as ever.
  case noPreemption
  /// The router cannot serve: it gives the addresses up and takes no part.
  case fault
}
