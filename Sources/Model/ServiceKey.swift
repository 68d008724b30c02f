/// What identifies a virtual service to the kernel: a protocol and an endpoint, or a firewall mark.
public enum ServiceKey: Hashable, Sendable {
  /// A protocol, an address and a port; port 0 is all ports.
  case endpoint(TransportProtocol, Endpoint)
  /// Packets that the packet filter marked with a number, in one address family. 0 is no mark.
  case firewallMark(UInt32, AddressFamily)

  /// The address family of the packets that it takes.
  public var family: AddressFamily {
    switch self {
    case .endpoint(_, let endpoint): endpoint.address.family
    case .firewallMark(_, let family): family
    }
  }

  /// The address that clients connect to; nil for a firewall mark.
  public var address: IPAddress? {
    switch self {
    case .endpoint(_, let endpoint): endpoint.address
    case .firewallMark: nil
    }
  }

  /// The port that clients connect to, in host order; nil for a firewall mark.
  public var port: UInt16? {
    switch self {
    case .endpoint(_, let endpoint): endpoint.port
    case .firewallMark: nil
    }
  }
}

extension ServiceKey: Comparable {
  /// Endpoints by address, port and protocol; then firewall marks by family and number.
  public static func < (left: ServiceKey, right: ServiceKey) -> Bool {
    switch (left, right) {
    case (.endpoint(let leftProtocol, let leftEndpoint), .endpoint(let rightProtocol, let rightEndpoint)):
      leftEndpoint == rightEndpoint
        ? leftProtocol.number < rightProtocol.number : leftEndpoint < rightEndpoint
    case (.firewallMark(let leftMark, let leftFamily), .firewallMark(let rightMark, let rightFamily)):
      leftFamily == rightFamily ? leftMark < rightMark : leftFamily == .ipv4
    case (.endpoint, .firewallMark): true
    case (.firewallMark, .endpoint): false
    }
  }
}

extension ServiceKey: CustomStringConvertible {
  /// `tcp 10.0.0.250:6443`, `fwmark 7` or `fwmark 7 IPv6`.
  public var description: String {
    switch self {
    case .endpoint(let transport, let endpoint): "\(transport) \(endpoint)"
    case .firewallMark(let mark, .ipv4): "fwmark \(mark)"
    case .firewallMark(let mark, .ipv6): "fwmark \(mark) IPv6"
    }
  }
}
