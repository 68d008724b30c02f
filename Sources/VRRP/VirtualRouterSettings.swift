public import Model

extension VirtualRouter {
  /// What an operator decided about a virtual router.
  public struct Settings: Hashable, Sendable {
    /// Why settings contradict each other.
    public enum Invalid: Error, Hashable, Sendable {
      /// 0 is the priority of a router that stops.
      case priorityZero
      /// The router's own address is of another family than the virtual ones.
      case ownAddressOfOtherFamily
      /// Version 2 has no IPv6.
      case version2OverIPv6
      /// Version 2 has whole seconds only.
      case version2NeedsWholeSeconds
    }

    /// The version that is spoken.
    public let version: ProtocolVersion
    /// The virtual router.
    public let id: VirtualRouterID
    /// The priority before adjustments, 1 to 255.
    public let priority: Priority
    /// How often the Active router advertises.
    public let interval: AdvertisementInterval
    /// The addresses that float.
    public let addresses: VirtualAddresses
    /// This router's own address on the link, link-local in IPv6: it breaks ties (RFC 9568 §6.4.3).
    public let ownAddress: IPAddress
    /// Whether it takes over from a living Active router of lower priority.
    public let preemption: Preemption
    /// How long it listens before its first claim unless it hears somebody: a port may be deaf after a boot.
    ///
    /// Zero is the RFC's behaviour. An owner of the addresses listens as well when it is more.
    public let startupHold: Duration
    /// How often it announces its addresses.
    public let announcements: AnnouncementSchedule

    /// Joins the parts; the defaults are the RFC's.
    public init(
      version: ProtocolVersion = .v3, id: VirtualRouterID, priority: Priority = .default,
      interval: AdvertisementInterval = .default, addresses: VirtualAddresses, ownAddress: IPAddress,
      preemption: Preemption = .after(.zero), startupHold: Duration = .zero,
      announcements: AnnouncementSchedule = AnnouncementSchedule()
    ) throws(Invalid) {
      guard priority != .release else { throw .priorityZero }
      guard ownAddress.family == addresses.family else { throw .ownAddressOfOtherFamily }
      if version == .v2 {
        guard addresses.family == .ipv4 else { throw .version2OverIPv6 }
        guard interval.wholeSeconds != nil else { throw .version2NeedsWholeSeconds }
      }
      self.version = version
      self.id = id
      self.priority = priority
      self.interval = interval
      self.addresses = addresses
      self.ownAddress = ownAddress
      self.preemption = preemption
      self.startupHold = startupHold
      self.announcements = announcements
    }
  }
}
