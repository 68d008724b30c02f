/// How many connections a server has now.
public struct ConnectionCounts: Hashable, Sendable {
  /// Established ones.
  public var active: UInt32
  /// All others, as far as the kernel remembers them.
  public var inactive: UInt32
  /// Persistence templates: clients that the service remembers.
  public var persistent: UInt32

  /// Joins the three counts.
  public init(active: UInt32 = 0, inactive: UInt32 = 0, persistent: UInt32 = 0) {
    self.active = active
    self.inactive = inactive
    self.persistent = persistent
  }
}
