internal import Model

/// The values of options, which are numbers and numeric addresses alone.
enum RuleValues {
  private static let hint = "save with 'ipvsadm -S -n'"

  /// A decimal number within a range.
  static func number<Number: FixedWidthInteger>(
    _ text: some StringProtocol, of spelling: String, in range: ClosedRange<Number>
  ) throws(RuleFault) -> Number {
    guard isDigits(text) else { throw RuleFault("\(spelling.quoted): \(text.quoted) is not a number") }
    guard let number = Number(text), range.contains(number) else {
      throw RuleFault(
        "\(spelling.quoted): \(text.quoted) is not within \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// An address with or without a port: `10.0.0.1`, `10.0.0.1:80`, `fd00::1` or `[fd00::1]:80`.
  static func address(_ text: String, of spelling: String) throws(RuleFault) -> (IPAddress, port: UInt16?) {
    if let endpoint = Endpoint(text) { return (endpoint.address, endpoint.port) }
    if let address = IPAddress(text) { return (address, nil) }

    guard let colon = text.lastIndex(of: ":") else { throw notNumeric(text, of: spelling, in: text) }
    let host = text[..<colon]
    let port = text[text.index(after: colon)...]
    let address: IPAddress?
    if host.hasPrefix("["), host.hasSuffix("]") {
      address = IPv6Address(host.dropFirst().dropLast()).map(IPAddress.ipv6)
    } else {
      address = IPv4Address(host).map(IPAddress.ipv4)
    }
    guard let address else { throw notNumeric(host, of: spelling, in: text) }
    guard isDigits(port) else {
      throw RuleFault("\(spelling.quoted): \(port.quoted) in \(text.quoted) is not a numeric port; \(hint)")
    }
    return (address, try number(port, of: spelling, in: 0...UInt16.max))
  }

  /// An IPv4 mask in dotted notation, or an IPv6 prefix length.
  static func mask(_ text: String, of spelling: String, family: AddressFamily) throws(RuleFault) -> UInt32 {
    switch family {
    case .ipv6: return try number(text, of: spelling, in: 1...128)
    case .ipv4:
      guard let mask = IPv4Address(text) else {
        throw RuleFault("\(spelling.quoted): \(text.quoted) is not a mask like 255.255.255.0")
      }
      return mask.value
    }
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func notNumeric(
    _ host: some StringProtocol, of spelling: String, in text: String
  ) -> RuleFault {
    // What looks like a broken address is not helped by the hint about names.
    let looksLikeName = host.utf8.contains { (0x67...0x7A).contains($0 | 0x20) }
    let place = host.endIndex == text.endIndex ? "" : " in \(text.quoted)"
    return RuleFault(
      "\(spelling.quoted): \(host.quoted)\(place) is not a numeric address"
        + (looksLikeName ? "; \(hint)" : ""))
  }
}
