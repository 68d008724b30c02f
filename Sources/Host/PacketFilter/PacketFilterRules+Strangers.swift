package import Model

extension PacketFilterRules {
  /// A connection of a service that this director does not know, and on which its server speaks.
  package struct Stranger: Hashable, Sendable {
    /// The server.
    package var server: Endpoint
    /// The service's address, which the server sees as its client's.
    package var service: IPAddress
    /// The client's port, in host order: of the client nothing else is known.
    package var port: UInt16

    /// Joins the three.
    package init(server: Endpoint, service: IPAddress, port: UInt16) {
      self.server = server
      self.service = service
      self.port = port
    }
  }
}

extension PacketFilterRules.Stranger {
  /// The name of the set that the packet filter notes them in.
  static func set(_ family: AddressFamily) -> String { family == .ipv4 ? "strangers" : "strangers6" }

  /// That set.
  ///
  /// Somebody reads it every two seconds, and a server says its word again for minutes.
  static func declaration(_ family: AddressFamily) -> [String] {
    let address = family == .ipv4 ? "ipv4_addr" : "ipv6_addr"
    return [
      "  set \(set(family)) {", "    type \(address) . inet_service . \(address) . inet_service",
      "    size 256", "    flags dynamic,timeout", "    timeout 1m", "  }",
    ]
  }

  /// Those of a set as nft lists it: `elements = { 10.0.0.11 . 6443 . 10.0.0.250 . 51242, ... }`.
  package static func all(in listing: String) -> [Self] {
    guard let start = listing.firstRange(of: "elements = {")?.upperBound else { return [] }
    return listing[start...].prefix { $0 != "}" }.split(separator: ",").compactMap { element in
      let fields = element.split { $0.isWhitespace }
      guard fields.count >= 7, let server = IPAddress(String(fields[0])), let port = UInt16(fields[2]),
        let service = IPAddress(String(fields[4])), let client = UInt16(fields[6])
      else { return nil }
      return Self(server: Endpoint(server, port: port), service: service, port: client)
    }
  }
}
