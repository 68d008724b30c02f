internal import Configuration
internal import Host
internal import Model
internal import VRRP

extension MacvlanDevice {
  /// The interface of a virtual router on the interface of an index: `vrrp4-51-2` for 51, IPv4 and 2; the index is
  /// hexadecimal.
  init(virtualRouter id: VirtualRouterID, _ family: AddressFamily, on parent: Int32) {
    self.init(
      name: "vrrp\(family == .ipv4 ? 4 : 6)-\(id.value)-\(String(parent, radix: 16))", parent: parent,
      hardwareAddress: .virtualRouter(id, family))
  }

  /// Whether a link is such an interface of any virtual router.
  static func isVirtualRouter(_ link: Link) -> Bool {
    guard let parent = link.parent, let address = link.hardwareAddress,
      let id = VirtualRouterID(UInt8(truncatingIfNeeded: address.value))
    else { return false }
    return [AddressFamily.ipv4, .ipv6].contains {
      MacvlanDevice(virtualRouter: id, $0, on: parent).matches(link)
    }
  }

  /// What the kernel must be told about it before it is up, by paths below /proc/sys.
  func parameters(_ family: AddressFamily) -> [(path: String, value: String)] {
    let (ipv4, ipv6) = ("net/ipv4/conf/\(name)", "net/ipv6/conf/\(name)")
    let common = [
      // It answers for its own addresses only, not for those of the interface below.
      ("\(ipv4)/arp_ignore", "1"),
      // The way back to a client is through the interface below. The larger of this and what is set for all interfaces
      // holds, and 2 (anywhere) is larger than 1 (here).
      ("\(ipv4)/rp_filter", "2"),
      ("\(ipv4)/promote_secondaries", "1"),
    ]
    switch family {
    case .ipv4: return common + [("\(ipv6)/disable_ipv6", "1")]
    case .ipv6:
      // No link-local address of its own, from the virtual MAC address or from a router: both directors have that.
      return common + [
        ("\(ipv6)/addr_gen_mode", "1"), ("\(ipv6)/accept_dad", "0"), ("\(ipv6)/accept_ra", "0"),
        ("\(ipv6)/autoconf", "0"),
      ]
    }
  }

  /// What the kernel must be told about the interface below: it neither answers for the virtual addresses, nor asks in
  /// their name.
  static func parameters(below name: String) -> [String: String] {
    ["net/ipv4/conf/\(name)/arp_ignore": "1", "net/ipv4/conf/\(name)/arp_announce": "2"]
  }
}

extension VirtualRouterConfiguration {
  /// The interface with the virtual MAC address on the interface of an index; nil: the router has none.
  func device(on parent: Int32) -> MacvlanDevice? {
    guard hasVirtualMAC, let id = VirtualRouterID(id) else { return nil }
    return MacvlanDevice(virtualRouter: id, family, on: parent)
  }
}
