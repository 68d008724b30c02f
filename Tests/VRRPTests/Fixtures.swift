import Model
import Testing
import VRRP

/// An address in its notation.
func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

/// Addresses in their notation.
func addresses(_ texts: String...) throws -> VirtualAddresses {
  try VirtualAddresses(texts.map { try address($0) })
}

/// An interval in centiseconds.
func interval(_ centiseconds: UInt16) throws -> AdvertisementInterval {
  try #require(AdvertisementInterval(centiseconds: centiseconds))
}

/// A point so many milliseconds after the beginning.
func at(_ milliseconds: Double) -> Instant { Instant(nanoseconds: Int64(milliseconds * 1_000_000)) }

/// Settings of a router 51 at 10.1.0.1 that floats 10.1.0.100, with an interval of 1 s.
func settings(
  version: ProtocolVersion = .v3, priority: UInt8 = 100, centiseconds: UInt16 = 100,
  own: String = "10.1.0.1", floating: String = "10.1.0.100", preemption: Preemption = .after(.zero),
  hold: Duration = .zero, announcements: AnnouncementSchedule = AnnouncementSchedule()
) throws -> VirtualRouter.Settings {
  try VirtualRouter.Settings(
    version: version, id: try #require(VirtualRouterID(51)), priority: Priority(priority),
    interval: try interval(centiseconds), addresses: try addresses(floating), ownAddress: try address(own),
    preemption: preemption, startupHold: hold, announcements: announcements)
}

/// What a router of these settings would say with a priority.
func advert(
  _ priority: UInt8, centiseconds: UInt16 = 100, version: ProtocolVersion = .v3,
  floating: String = "10.1.0.100"
) throws -> Advertisement {
  let id = try #require(VirtualRouterID(51))
  let interval = try interval(centiseconds)
  let floating = try addresses(floating)
  return try #require(
    Advertisement(
      version: version, virtualRouter: id, priority: Priority(priority), interval: interval,
      addresses: floating))
}
