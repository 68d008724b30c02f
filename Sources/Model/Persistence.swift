/// Sends all connections of one client, or of one client network, to the same server.
public struct Persistence: Hashable, Sendable {
  /// How long a client is remembered after its last connection ended, in seconds: 1 to ``maximumTimeout``.
  public var timeout: UInt32

  /// Which clients count as one: the mask of an IPv4 address in host order, or an IPv6 prefix length.
  ///
  /// The kernel takes any IPv4 mask, contiguous or not, and an IPv6 prefix length of 1 to 128.
  public var mask: UInt32

  /// Joins a timeout in seconds and a mask as ``mask`` describes it.
  public init(timeout: UInt32 = Self.defaultTimeout, mask: UInt32) {
    self.timeout = timeout
    self.mask = mask
  }

  /// Remembers each client for itself.
  public init(timeout: UInt32 = Self.defaultTimeout, family: AddressFamily) {
    self.init(timeout: timeout, mask: Self.hostMask(family))
  }

  /// Remembers clients by their network; the prefix length is 0 to 32, or 1 to 128.
  public init(timeout: UInt32 = Self.defaultTimeout, prefixLength: Int, family: AddressFamily) {
    switch family {
    case .ipv4: self.init(timeout: timeout, mask: prefixLength == 0 ? 0 : ~0 << UInt32(32 - prefixLength))
    case .ipv6: self.init(timeout: timeout, mask: UInt32(prefixLength))
    }
  }

  /// The mask under which every client is its own network: 255.255.255.255, or 128.
  public static func hostMask(_ family: AddressFamily) -> UInt32 {
    switch family {
    case .ipv4: 0xFFFF_FFFF
    case .ipv6: 128
    }
  }

  /// What ipvsadm takes when it is given no number, in seconds.
  public static let defaultTimeout: UInt32 = 300

  /// 31 days in seconds: the kernel multiplies unchecked, and ipvsadm has the same bound.
  public static let maximumTimeout: UInt32 = 31 * 86_400
}
