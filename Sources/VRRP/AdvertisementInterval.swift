/// The time between two advertisements: 1 to 4095 centiseconds, the 12 bits of RFC 9568 §5.2.7.
public struct AdvertisementInterval: Hashable, Comparable, Sendable {
  /// The interval in centiseconds, 1 to 4095.
  public let centiseconds: UInt16

  /// Takes centiseconds; none if the field cannot hold them.
  public init?(centiseconds: UInt16) {
    guard 1...4095 ~= centiseconds else { return nil }
    self.centiseconds = centiseconds
  }

  /// Takes a duration; none unless it is 10 ms to 40.95 s in whole steps of 10 ms.
  public init?(_ duration: Duration) {
    let (centiseconds, rest) = duration.attoseconds.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
    guard rest == 0, let centiseconds = UInt16(exactly: centiseconds) else { return nil }
    self.init(centiseconds: centiseconds)
  }

  private init(valid centiseconds: UInt16) {
    self.centiseconds = centiseconds
  }

  /// 1 s: the interval of a router that says nothing else.
  public static let `default` = AdvertisementInterval(valid: 100)

  /// The interval as a duration.
  public var duration: Duration { .nanoseconds(nanoseconds) }

  /// Whole seconds, if it is whole: all that version 2 can say.
  public var wholeSeconds: UInt8? {
    let (seconds, rest) = centiseconds.quotientAndRemainder(dividingBy: 100)
    return rest == 0 ? UInt8(exactly: seconds) : nil
  }

  /// Skew_Time: how much longer a router of this priority waits, so that the highest wakes first.
  ///
  /// RFC 9568 §6.1: ((256 - Priority) × Active_Adver_Interval) / 256, kept to the nanosecond, because in
  /// centiseconds it would be 0 at short intervals and all Backups would wake together. Version 2 has
  /// (256 - Priority) / 256 seconds whatever the interval is.
  public func skewTime(of priority: Priority, in version: ProtocolVersion) -> Duration {
    .nanoseconds(skewNanoseconds(of: priority, in: version))
  }

  /// Active_Down_Interval: the silence after which the Active router is taken for dead.
  ///
  /// RFC 9568 §6.1: 3 × Active_Adver_Interval + Skew_Time.
  public func activeDownInterval(of priority: Priority, in version: ProtocolVersion) -> Duration {
    .nanoseconds(downNanoseconds(of: priority, in: version))
  }

  /// By length.
  public static func < (left: AdvertisementInterval, right: AdvertisementInterval) -> Bool {
    left.centiseconds < right.centiseconds
  }
}

extension AdvertisementInterval {
  var nanoseconds: Int64 { Int64(centiseconds) * 10_000_000 }

  func skewNanoseconds(of priority: Priority, in version: ProtocolVersion) -> Int64 {
    let unit = version == .v2 ? 1_000_000_000 : nanoseconds
    return (256 - Int64(priority.value)) * unit / 256
  }

  func downNanoseconds(of priority: Priority, in version: ProtocolVersion) -> Int64 {
    3 * nanoseconds + skewNanoseconds(of: priority, in: version)
  }
}

extension AdvertisementInterval: CustomStringConvertible {
  /// The interval in milliseconds with the unit.
  public var description: String { "\(UInt32(centiseconds) * 10) ms" }
}
