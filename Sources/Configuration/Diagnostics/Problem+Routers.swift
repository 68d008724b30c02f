internal import Model

/// What can be wrong with virtual routers, with the connection sync, and with the host that is to have them.
extension Problem {
  static let ownerPriority = Problem(
    .ownerPriority, "priority 255 says that this host owns the addresses, and takes them at once",
    hint: "an address that floats has priorities of 3 to 254")

  static func telltalePriority(_ priority: UInt8) -> Problem {
    Problem(
      .telltalePriority,
      "priority \(priority) says that this host \(priority == 1 ? "has no servers" : "was handed over"), and every other one"
        + " takes the addresses from it",
      hint: "an address that floats has priorities of 3 to 254")
  }

  static func duplicateRouter(
    _ id: UInt8, _ interface: String, first: String, at position: SourcePosition
  ) -> Problem {
    Problem(
      .duplicateRouter,
      "id \(id) on \(quoted(interface)) is the virtual router \(quoted(first)) at line \(position.line) already",
      hint: "each virtual router of a network has an id of its own")
  }

  static func duplicateAddress(_ address: IPAddress, first: SourcePosition) -> Problem {
    Problem(.duplicateAddress, "duplicate address \(address); the first one is at line \(first.line)")
  }

  static func routerFamily(_ address: IPAddress, router: AddressFamily) -> Problem {
    Problem(
      .routerFamily, "\(address) is not \(router.rawValue), as this virtual router's first address is",
      hint: "make two virtual routers")
  }

  static func peerIsVirtualAddress(_ address: IPAddress) -> Problem {
    Problem(
      .peerIsVirtualAddress, "the peer \(address) is a virtual address",
      hint: "a peer is listed by its own address")
  }

  static func unknownService(_ name: String, known: [String]) -> Problem {
    Problem(
      .unknownService, "there is no service \(quoted(name))",
      hint: suggestion(for: name, among: known, list: "there are"))
  }

  static func serviceElsewhere(_ name: String, _ address: IPAddress) -> Problem {
    Problem(
      .serviceElsewhere,
      "the address \(address) of the service \(quoted(name)) is not held by this virtual router",
      hint: "add it to 'addresses', or take the service out")
  }

  static func stationaryService(_ address: IPAddress) -> Problem {
    Problem(
      .stationaryService, "no virtual router holds \(address), so that it does not go to another director",
      hint: "add it to the 'addresses' of one")
  }

  static let version2OverIPv6 = Problem(
    .version2OverIPv6, "version 2 has no IPv6", hint: "leave 'version' out, or write 3")

  static func lonelyGroup(_ name: String, others: [String]) -> Problem {
    Problem(
      .lonelyGroup, "no other virtual router is of the group \(quoted(name))",
      hint: Suggestion.nearest(to: name, among: others).map { "did you mean '\($0)'?" })
  }

  static func syncWithMixedFamilies(_ server: Endpoint, service: String) -> Problem {
    Problem(
      .syncWithMixedFamilies,
      "the kernel refuses connectionSync while a server is of another family than its service",
      hint: "take it out, or give \(server) of \(quoted(service)) an address of the service's family")
  }

  static func unknownInterface(_ name: String, known: [String]) -> Problem {
    Problem(
      .unknownInterface, "this host has no interface \(quoted(name))",
      hint: suggestion(for: name, among: known, list: "it has"))
  }

  static func notOnNetwork(_ address: IPAddress, _ interface: InterfaceFacts) -> Problem {
    let own = interface.networks.filter { $0.address.family == address.family }.map(\.description)
    return Problem(
      .notOnNetwork, "\(address) is not on a network of \(interface.name)",
      hint: own.isEmpty
        ? "it has no \(address.family.rawValue) address" : "it has \(own.joined(separator: ", "))")
  }

  static func isThisHost(_ address: IPAddress, interface: String) -> Problem {
    Problem(
      .notVirtualAddress, "\(address) is this host's own address on \(interface)",
      hint: "a virtual address is one that no host has by itself")
  }

  static func peerIsThisHost(_ address: IPAddress, interface: String) -> Problem {
    Problem(
      .peerIsThisHost, "the peer \(address) is this host's own address on \(interface)",
      hint: "a peer is the other director")
  }

  static func directsToItself(_ server: Endpoint, service: String) -> Problem {
    Problem(
      .directsToItself,
      "this host is a director and the server \(server) of \(quoted(service)): while it is Active, its own processes"
        + " reach only this server by the service's address",
      hint: "use 'forwarding: nat' if kubelets or controllers of this host call the service")
  }

  static func directsInCircles(_ server: Endpoint, service: String) -> Problem {
    Problem(
      .directsInCircles,
      "this host is a director and the server \(server) of \(quoted(service)): without connectionSync the kernel directs"
        + " what the other director sends it anew, and connections go in circles and hang",
      hint: "add 'connectionSync', with which a Backup directs nothing")
  }

  static func directsApart(_ server: Endpoint, service: String) -> Problem {
    Problem(
      .directsInCircles,
      "this host is a director and the server \(server) of \(quoted(service)): when each director is Active for another"
        + " virtual router, both direct what the other sends them anew, and neither hears of the other's connections",
      hint: "give all virtual routers the same 'group'")
  }

  static func syncsApart(_ server: Endpoint, service: String) -> Problem {
    Problem(
      .syncsApart,
      "this host is a director and the server \(server) of \(quoted(service)): when each director is Active for another"
        + " virtual router, neither hears of the other's connections, and they end with it",
      hint: "give all virtual routers the same 'group'")
  }

  static func translatesForItself(_ server: Endpoint, service: String) -> Problem {
    Problem(
      .translatesForItself,
      "this host is a director and the server \(server) of \(quoted(service)): when it takes over from a director that"
        + " lost power, established connections of clients to this server are reset",
      hint: "use directors that are no servers if all connections are to survive")
  }
}
