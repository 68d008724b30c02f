internal import Configuration
internal import Host
internal import Model
internal import Netlink

/// What the virtual routers of a daemon that was killed have left on this host, while none runs.
struct RouterLeftovers {
  /// The virtual addresses of an interface.
  struct Addresses {
    /// The interface.
    let link: Host.Link
    /// The addresses, in the kernel's order.
    let networks: [IPNetwork]
  }

  /// The addresses, interface by interface.
  let addresses: [Addresses]

  /// Looks for addresses with a virtual router's mark, on whatever interface, and for those that are configured, which
  /// kernels before Linux 5.18 do not mark; what this host itself lives by is not among these.
  init(of routers: [VirtualRouterConfiguration], in table: LinkTable) {
    let floating = Set(routers.flatMap(\.addresses).map(\.address))
    let host = HostView(table, floating: floating, made: [:])
    addresses = table.links.values.sorted { $0.index < $1.index }.compactMap { link in
      let configured = Set(routers.filter { $0.interface == link.name }.flatMap(\.addresses))
      let networks = table.addresses(of: link.index).filter { present in
        present.origin == RouterDriver.origin
          || configured.contains(present.network) && !host.isOwn(present.network, on: link)
      }.map(\.network)
      return networks.isEmpty ? nil : Addresses(link: link, networks: networks)
    }
  }
}
