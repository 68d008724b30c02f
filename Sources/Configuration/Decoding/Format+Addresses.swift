internal import Model

/// What a server may be written as.
enum ServerAddress {
  case endpoint(Endpoint)
  /// Its port is the service's.
  case address(IPAddress)
}

extension Format where Value == Endpoint {
  /// What clients connect to: `ADDRESS:PORT`, an IPv6 address in brackets.
  static let virtualEndpoint = Format { node throws(Problem) in
    let text = try node.addressText(expected: "ADDRESS:PORT")
    guard let endpoint = Endpoint(text) else { throw .notEndpoint(text, expected: "ADDRESS:PORT") }
    guard endpoint.address.isUnicast, !endpoint.address.isLoopback else {
      throw .notVirtualAddress(endpoint.address)
    }
    return endpoint
  }
}

extension Format where Value == ServerAddress {
  /// `ADDRESS:PORT` or `ADDRESS`.
  static let server = Format { node throws(Problem) in
    let text = try node.addressText(expected: "ADDRESS or ADDRESS:PORT")
    if let endpoint = Endpoint(text) { return .endpoint(endpoint) }
    if let address = IPAddress(text) { return .address(address) }
    if text.hasPrefix("["), text.hasSuffix("]"), let address = IPv6Address(text.dropFirst().dropLast()) {
      return .address(.ipv6(address))
    }
    throw .notEndpoint(text, expected: "ADDRESS or ADDRESS:PORT")
  }
}

extension Format where Value == IPAddress {
  /// An address that a host may have.
  static let hostAddress = Format { node throws(Problem) in
    let text = try node.addressText(expected: "an address")
    guard let address = IPAddress(text) else { throw .notAddress(text, expected: "an address") }
    guard address.isUnicast else { throw .notServerAddress(address) }
    return address
  }
}

extension Format where Value == IPNetwork {
  /// A virtual address, `ADDRESS/LENGTH` or `ADDRESS`.
  static let virtualAddress = Format { node throws(Problem) in
    let text = try node.addressText(expected: "ADDRESS/LENGTH")
    guard let network = IPNetwork(text) ?? IPAddress(text).map(IPNetwork.init(host:)) else {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2, let address = IPAddress(parts[0]), Int(parts[1]) != nil {
        throw .malformed(
          text, expected: "ADDRESS/LENGTH", hint: "a length is 0 to \(address.family.addressBits)")
      }
      throw .notAddress(text, expected: "ADDRESS/LENGTH")
    }
    guard network.address.isUnicast, !network.address.isLoopback else {
      throw .notVirtualAddress(network.address)
    }
    return network
  }
}

extension Format where Value == UInt32 {
  /// The mask of a client network: a prefix length, or a dotted mask for IPv4; as ``Persistence/mask`` has it.
  static func netmask(_ family: AddressFamily) -> Format {
    Format { node throws(Problem) in
      if family == .ipv4, case .scalar(let text, _) = node.content, let mask = IPv4Address(text) {
        return mask.value
      }
      // The kernel has no mask of length 0 for IPv6.
      let shortest = family == .ipv4 ? 0 : 1
      let length = try Format<Int>.integer(shortest...family.addressBits).read(node)
      return Persistence(prefixLength: length, family: family).mask
    }
  }
}

extension Node {
  /// The text of an address; a list in its place is an IPv6 address whose brackets lack quotes.
  fileprivate func addressText(expected: String) throws(Problem) -> String {
    if case .sequence = content {
      throw .wrongType(
        expected: expected, found: self,
        hint: "an IPv6 address in brackets needs quotes: \"[fd00::250]:6443\"")
    }
    guard case .scalar(let text, _) = content, !isNull else {
      throw .wrongType(expected: expected, found: self)
    }
    return text
  }
}

extension Problem {
  fileprivate static func notEndpoint(_ text: String, expected: String) -> Problem {
    switch IPAddress(text) {
    case .ipv4(let address)?:
      return .malformed(text, expected: expected, hint: "the port is missing, as in \(address):6443")
    case .ipv6?:
      return .malformed(text, expected: expected, hint: "an IPv6 endpoint is written \"[fd00::250]:6443\"")
    case nil: break
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, IPv4Address(parts[0]) != nil, Int(parts[1]) != nil {
      return .malformed(text, expected: expected, hint: "a port is 0 to 65535")
    }
    if let slash = text.firstIndex(of: "/"), case let head = text[..<slash],
      IPAddress(head) != nil || IPAddress(head.dropFirst()) != nil
    {
      return .malformed(text, expected: expected, hint: "it has no prefix length")
    }
    return .notAddress(text, expected: expected)
  }

  fileprivate static func notAddress(_ text: String, expected: String) -> Problem {
    if let scheme = text.firstRange(of: "://") {
      return .malformed(text, expected: expected, hint: "leave '\(text[..<scheme.upperBound])' out")
    }
    // YAML joins a line that is indented deeper to the one before.
    if text.contains(" - ") {
      return .malformed(text, expected: expected, hint: "is the next line indented too far?")
    }
    let looksLikeName = text.utf8.contains { (UInt8(ascii: "g")...UInt8(ascii: "z")).contains($0 | 0x20) }
    let hint = looksLikeName ? "addresses are written as numbers, never as names" : nil
    return .malformed(text, expected: expected, hint: hint)
  }
}
