/// An address and a port: `10.0.0.250:6443` or `[fd00::250]:6443`.
public struct Endpoint: Hashable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The port in host order; 0 is "every port", which IPVS allows for persistent services.
  public var port: UInt16

  /// Joins an address and a port.
  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Reads `ADDRESS:PORT`, an IPv6 address in brackets; both parts are required.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
    else { return nil }

    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      guard let address = IPv6Address(host.dropFirst().dropLast()) else { return nil }
      self.init(.ipv6(address), port: port)
    } else {
      guard let address = IPv4Address(host) else { return nil }
      self.init(.ipv4(address), port: port)
    }
  }
}

extension Endpoint: Comparable {
  /// By address, then by port.
  public static func < (left: Endpoint, right: Endpoint) -> Bool {
    left.address == right.address ? left.port < right.port : left.address < right.address
  }
}

extension Endpoint: CustomStringConvertible {
  /// `ADDRESS:PORT`, an IPv6 address in brackets.
  public var description: String {
    switch address {
    case .ipv4(let address): "\(address):\(port)"
    case .ipv6(let address): "[\(address)]:\(port)"
    }
  }
}
