internal import Configuration
internal import Host
internal import Model

/// The host at one moment, arranged for what virtual routers ask of it.
struct HostView {
  private let links: [String: Link]
  /// Per interface, the addresses that are nobody's virtual ones and can be used.
  private let own: [Int32: [InterfaceAddress]]
  /// Per interface, all addresses.
  private let all: [Int32: [InterfaceAddress]]
  /// Per interface, all addresses with the lengths of their prefixes.
  private let networks: [Int32: Set<IPNetwork>]

  /// Per interface, the addresses that this daemon has put there.
  private let made: [Int32: Set<IPNetwork>]

  /// Looks at a table; floating addresses are nobody's own, and `made` are this daemon's.
  init(_ table: LinkTable, floating: Set<IPAddress>, made: [Int32: Set<IPNetwork>]) {
    self.made = made
    links = Dictionary(table.links.values.map { ($0.name, $0) }) { $1 }
    own = table.addresses.mapValues { addresses in
      addresses.filter { !$0.isTentative && !floating.contains($0.network.address) }
    }
    all = table.addresses
    networks = table.addresses.mapValues { Set($0.map(\.network)) }
  }

  /// The interface of a name.
  func link(named name: String) -> Link? { links[name] }

  /// The addresses of an interface that can be a router's own.
  func own(_ family: AddressFamily, on link: Link) -> [InterfaceAddress] {
    (own[link.index] ?? []).filter { $0.network.address.family == family }
  }

  /// Whether an interface has an address of a family that cannot be used yet, or never, since another host has it.
  func hasTentative(_ family: AddressFamily, on link: Link) -> Bool {
    all[link.index]?.contains { $0.isTentative && $0.network.address.family == family } ?? false
  }

  /// Whether what is to float is an address that this host itself lives by: its only one on that network, or the one
  /// that others there depend on.
  ///
  /// What this daemon has put there is not. What an earlier life of it has left is marked, since Linux 5.18, and came
  /// after the host's own.
  func isOwn(_ network: IPNetwork, on link: Link) -> Bool {
    guard let present = all[link.index]?.first(where: { $0.network == network }),
      present.origin != RouterDriver.origin, !present.isSecondary,
      made[link.index]?.contains(network) != true
    else { return false }
    let own = own(network.address.family, on: link)
    if network == IPNetwork(host: network.address) { return own.isEmpty }
    return !own.contains { !$0.isSecondary && $0.network.contains(network.address) }
  }

  /// Whether an address is one of this host's own, on whichever interface.
  func isThisHost(_ address: IPAddress) -> Bool {
    own.values.contains { $0.contains { $0.network.address == address } }
  }

  /// Where addresses are on other interfaces than these: `10.1.0.100 is on lo as well`.
  func places(of addresses: [IPAddress], besides holders: Set<Int32>) -> [String] {
    let names = Dictionary(links.values.map { ($0.index, $0.name) }) { $1 }
    return all.filter { !holders.contains($0.key) }.flatMap { index, present in
      present.filter { addresses.contains($0.network.address) }.compactMap { address in
        names[index].map { "\(address.network.address) is on \($0) as well" }
      }
    }.sorted()
  }

  /// Where addresses are on these interfaces although this daemon has not put them there: `10.1.0.100 is on eth0 as well`.
  func foreignPlaces(of networks: [IPNetwork], on holders: Set<Int32>) -> [String] {
    let addresses = Set(networks.map(\.address))
    return links.values.filter { holders.contains($0.index) }.flatMap { link in
      (all[link.index] ?? []).filter { present in
        addresses.contains(present.network.address) && present.origin != RouterDriver.origin
          && made[link.index]?.contains(present.network) != true
      }.map { "\($0.network.address) is on \(link.name) as well" }
    }.sorted()
  }

  /// Whether an interface has an address with exactly this length of prefix.
  func has(_ network: IPNetwork, on link: Link) -> Bool {
    networks[link.index]?.contains(network) ?? false
  }
}
