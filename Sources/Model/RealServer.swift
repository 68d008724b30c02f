/// A real server (the kernel's "destination") as it is configured; counters are not part of it.
public struct RealServer: Hashable, Sendable {
  /// Where it listens, and what identifies it within its service.
  public var endpoint: Endpoint
  /// How packets reach it.
  public var forwarding: ForwardingMethod
  /// Its share of new connections: 0 to 2,147,483,647; 0 takes no new ones and keeps what it has.
  public var weight: UInt32
  /// At this many connections it gets no new ones; 0: no limit.
  public var upperThreshold: UInt32
  /// Below this many it gets new ones again; 0: three quarters of the upper one.
  public var lowerThreshold: UInt32

  /// Makes a server; weight 1, no thresholds.
  public init(
    _ endpoint: Endpoint, forwarding: ForwardingMethod, weight: UInt32 = 1, upperThreshold: UInt32 = 0,
    lowerThreshold: UInt32 = 0
  ) {
    self.endpoint = endpoint
    self.forwarding = forwarding
    self.weight = weight
    self.upperThreshold = upperThreshold
    self.lowerThreshold = lowerThreshold
  }

  /// The largest weight and threshold: the kernel reads them as signed 32-bit numbers.
  public static let maximumNumber: UInt32 = 0x7FFF_FFFF
}
