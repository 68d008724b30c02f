/// The virtual router identifier (VRID): 1 to 255, one per virtual router and family on a link (RFC 9568 §5.2.3).
public struct VirtualRouterID: Hashable, Comparable, Sendable {
  /// The number, 1 to 255.
  public let value: UInt8

  /// Takes a number; 0 identifies nothing.
  public init?(_ value: UInt8) {
    guard value != 0 else { return nil }
    self.value = value
  }

  /// By number.
  public static func < (left: VirtualRouterID, right: VirtualRouterID) -> Bool { left.value < right.value }
}

extension VirtualRouterID: CustomStringConvertible {
  /// The number.
  public var description: String { String(value) }
}
