internal import Glibc
internal import Model

/// What addresses and ports are called in a listing: numbers, or names where they were asked for.
final class Names {
  private let resolve: Bool
  private var known: [Endpoint: String] = [:]

  /// Resolves by the system's resolver, or not at all.
  init(resolve: Bool) { self.resolve = resolve }

  /// A service, with its protocol.
  func name(of key: ServiceKey) -> String {
    guard resolve, case .endpoint(let transport, let endpoint) = key else { return key.description }
    return "\(transport) \(name(of: endpoint, key))"
  }

  /// A server of a service.
  func name(of endpoint: Endpoint, _ key: ServiceKey) -> String {
    guard resolve else { return endpoint.description }
    if let name = known[endpoint] { return name }
    var isDatagram = false
    if case .endpoint(.udp, _) = key { isDatagram = true }
    let name = lookUp(endpoint, flags: isDatagram ? NI_DGRAM : 0) ?? endpoint.description
    known[endpoint] = name
    return name
  }

  private func lookUp(_ endpoint: Endpoint, flags: Int32) -> String? {
    var host = [CChar](repeating: 0, count: 1025)
    var port = [CChar](repeating: 0, count: 32)
    let status = withSocketAddress(endpoint) { address, length in
      getnameinfo(address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), flags)
    }
    guard status == 0 else { return nil }
    func text(_ characters: [CChar]) -> String {
      String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    let name = text(host)
    return name.contains(":") ? "[\(name)]:\(text(port))" : "\(name):\(text(port))"
  }

  private func withSocketAddress(
    _ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    switch endpoint.address {
    case .ipv4(let address):
      var socket = sockaddr_in()
      socket.sin_family = sa_family_t(AF_INET)
      socket.sin_port = endpoint.port.bigEndian
      socket.sin_addr.s_addr = address.value.bigEndian
      return withUnsafePointer(to: &socket) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .ipv6(let address):
      var socket = sockaddr_in6()
      socket.sin6_family = sa_family_t(AF_INET6)
      socket.sin6_port = endpoint.port.bigEndian
      withUnsafeMutableBytes(of: &socket.sin6_addr) { $0.copyBytes(from: address.octets) }
      return withUnsafePointer(to: &socket) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
  }
}
