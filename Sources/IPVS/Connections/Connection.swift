public import Model

/// One connection that the kernel forwards.
public struct Connection: Hashable, Sendable {
  /// The protocol.
  public var transport: TransportProtocol
  /// Who connected.
  public var client: Endpoint
  /// To which service; of a firewall mark's persistence template, the mark is the address.
  public var service: Endpoint
  /// Which server it goes to.
  public var server: Endpoint
  /// The kernel's name of its state, such as `ESTABLISHED`; a persistence template has `NONE`.
  public var state: String
  /// When the kernel forgets it, in seconds from now, unless a packet comes.
  public var expires: UInt32
}

extension Connection {
  /// Reads a line of `/proc/net/ip_vs_conn`; nil for its title and for what is no connection.
  ///
  /// IPv4 addresses stand there as eight digits, IPv6 ones as eight groups, ports as four digits, all hexadecimal:
  /// `TCP C0A80001 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED     899`.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ")
    guard words.count >= 9, let transport = TransportProtocol(rawValue: words[0].lowercased()),
      let client = Endpoint(hexadecimal: words[1], port: words[2]),
      let service = Endpoint(hexadecimal: words[3], port: words[4]),
      let server = Endpoint(hexadecimal: words[5], port: words[6]), let expires = UInt32(words[8])
    else { return nil }
    self.init(
      transport: transport, client: client, service: service, server: server, state: String(words[7]),
      expires: expires)
  }
}

extension Endpoint {
  fileprivate init?(hexadecimal address: some StringProtocol, port: some StringProtocol) {
    guard let port = UInt16(port, radix: 16) else { return nil }
    if address.utf8.count == 8, let value = UInt32(address, radix: 16) {
      self.init(.ipv4(IPv4Address(value)), port: port)
    } else {
      var text = Substring(address)
      if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
      guard let value = IPv6Address(text) else { return nil }
      self.init(.ipv6(value), port: port)
    }
  }
}
