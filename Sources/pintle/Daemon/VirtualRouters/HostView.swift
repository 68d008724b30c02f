internal import Configuration
internal import Host
internal import Model

/// The host at one moment, arranged for what virtual routers ask of it.
struct HostView {
  private let links: [String: Link]
  /// Per interface, the addresses that are nobody's virtual ones and can be used.
  private let own: [Int32: [InterfaceAddress]]
  /// Per interface, all addresses with the lengths of their prefixes.
  private let networks: [Int32: Set<IPNetwork>]

  /// Looks at a table; floating addresses are nobody's own.
  init(_ table: LinkTable, floating: Set<IPAddress>) {
    links = Dictionary(table.links.values.map { ($0.name, $0) }) { $1 }
    own = table.addresses.mapValues { addresses in
      addresses.filter { !$0.isTentative && !floating.contains($0.network.address) }
    }
    networks = table.addresses.mapValues { Set($0.map(\.network)) }
  }

  /// The interface of a name.
  func link(named name: String) -> Link? { links[name] }

  /// The addresses of an interface that can be a router's own.
  func own(_ family: AddressFamily, on link: Link) -> [InterfaceAddress] {
    (own[link.index] ?? []).filter { $0.network.address.family == family }
  }

  /// Whether an interface has an address with exactly this length of prefix.
  func has(_ network: IPNetwork, on link: Link) -> Bool {
    networks[link.index]?.contains(network) ?? false
  }
}
