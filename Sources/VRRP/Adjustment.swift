/// What something outside, such as an interface or a service's quorum, does to a router's priority.
public enum Adjustment: Hashable, Sendable {
  /// Adds this to the priority, usually a negative number; the sum stays within 1 to 254.
  case priority(Int)
  /// The router cannot serve: it gives the addresses up and takes no part.
  case fault
}
