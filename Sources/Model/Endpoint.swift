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
  @inlinable
  public init?(_ text: some StringProtocol) {
    let bytes = String(text).utf8
    self.init(utf8: bytes.span)
  }

  /// Reads `ADDRESS:PORT` from its bytes, an IPv6 address in brackets.
  public init?(utf8 bytes: Span<UInt8>) {
    guard let colon = bytes.indices.last(where: { bytes[$0] == UInt8(ascii: ":") }) else { return nil }
    var port: UInt32?
    for index in colon + 1..<bytes.count {
      guard (0x30...0x39).contains(bytes[index]) else { return nil }
      let next = (port ?? 0) * 10 + UInt32(bytes[index] - 0x30)
      guard next <= UInt16.max else { return nil }
      port = next
    }
    guard let port else { return nil }

    if colon > 1, bytes[0] == UInt8(ascii: "["), bytes[colon - 1] == UInt8(ascii: "]") {
      guard let address = IPv6Address(utf8: bytes.extracting(1..<colon - 1)) else { return nil }
      self.init(.ipv6(address), port: UInt16(port))
    } else {
      guard let address = IPv4Address(utf8: bytes.extracting(0..<colon)) else { return nil }
      self.init(.ipv4(address), port: UInt16(port))
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
