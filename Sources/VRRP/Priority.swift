/// A priority as an advertisement carries it: 0 to 255 (RFC 9568 §5.2.4).
public struct Priority: Hashable, Comparable, Sendable {
  /// The number; the highest is elected.
  public let value: UInt8

  /// Takes any number; 0 and 255 have a meaning of their own.
  public init(_ value: UInt8) {
    self.value = value
  }

  /// 0: the Active router stops taking part, and a Backup need not wait for its silence.
  public static let release = Priority(0)
  /// 1: the lowest that still takes part, as a router without servers does.
  ///
  /// Every other router relieves it at once: it has nothing to lose.
  public static let lowest = Priority(1)
  /// 2: that of a router that was handed over, and serves only while nobody else can.
  public static let lastResort = Priority(2)
  /// 100: the priority of a router that says nothing else.
  public static let `default` = Priority(100)
  /// 254: the highest of a router that does not own the addresses.
  public static let highest = Priority(254)
  /// 255: the router owns the addresses, they are its own.
  public static let owner = Priority(255)

  /// By number.
  public static func < (left: Priority, right: Priority) -> Bool { left.value < right.value }
}

extension Priority: CustomStringConvertible {
  /// The number.
  public var description: String { String(value) }
}
