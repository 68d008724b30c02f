internal import Configuration
internal import Host
internal import Model

/// What a virtual router finds where its interface should be.
enum RouterInterface: Equatable {
  /// The interface, and this router's own address on it.
  case ready(Link, own: IPAddress)
  /// Why it cannot speak there.
  case fault(String)

  /// Looks at the host; `hasCarrier` says what counts as a link's carrier, which is not always what it is now.
  init(of router: VirtualRouterConfiguration, in host: HostView, hasCarrier: (Link) -> Bool) {
    guard let link = host.link(named: router.interface) else {
      self = .fault("interface \(router.interface) does not exist")
      return
    }
    guard link.isUp else {
      self = .fault("interface \(router.interface) is down")
      return
    }
    guard hasCarrier(link) else {
      self = .fault("interface \(router.interface) has no carrier")
      return
    }
    if let taken = router.addresses.first(where: { host.isOwn($0, on: link) }) {
      self = .fault("\(taken) is this host's own address on \(link.name): a virtual address is nobody's own")
      return
    }
    if let peer = router.peers.first, router.peers.allSatisfy(host.isThisHost) {
      self = .fault("the peer \(peer) is this host itself: 'peers' names the other director")
      return
    }
    guard let own = Self.own(router, host.own(router.family, on: link)) else {
      let kind = router.family == .ipv6 && router.peers.isEmpty ? "IPv6 link-local" : router.family.rawValue
      // What is wrong with an address that everybody sees there.
      let why =
        host.hasTentative(router.family, on: link)
        ? " that can be used: duplicate address detection is not over, or another host has it" : " of its own"
      self = .fault("interface \(router.interface) has no \(kind) address\(why)")
      return
    }
    self = .ready(link, own: own)
  }

  /// The one that reaches the peers; for a group the first one, in IPv6 a link-local one (RFC 9568 §5.1.2.1).
  ///
  /// The kernel lists IPv6 addresses now in one order, now in another: of several, it is the most lasting and then the
  /// lowest, as peers know this director by it.
  private static func own(
    _ router: VirtualRouterConfiguration, _ addresses: [InterfaceAddress]
  ) -> IPAddress? {
    let candidates =
      router.family == .ipv4
      ? addresses
      : addresses.sorted { ($0.transience, $0.network.address) < ($1.transience, $1.network.address) }
    if let peer = router.peers.first,
      let near = candidates.first(where: { $0.network.contains(peer) })
    {
      return near.network.address
    }
    if router.family == .ipv6 {
      let linkLocal = candidates.first { $0.network.address.isLinkLocal }
      if router.peers.isEmpty || linkLocal != nil { return linkLocal?.network.address }
    }
    return (candidates.first { !$0.isSecondary } ?? candidates.first)?.network.address
  }
}
