import Glibc
import Host
import Model
import Netlink
import TestSupport
import Testing

@Suite("The connections of this host's own processes", .serialized, .enabled(if: Shell.isInNamespace))
struct OwnConnectionsTests {
  /// A connection to a listener on this host, over a socket of either family.
  private struct Pair: ~Copyable {
    let listener: Int32
    let client: Int32
    let port: UInt16

    init(_ family: Int32, to address: String) throws {
      let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      let (listener, client) = (socket(AF_INET6, stream, 0), socket(family, stream, 0))
      (self.listener, self.client) = (listener, client)
      var ipv6 = sockaddr_in6()
      ipv6.sin6_family = sa_family_t(AF_INET6)
      var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      let port =
        Self.with(&ipv6) { pointer -> Bool in
          bind(listener, pointer, length) == 0 && listen(listener, 4) == 0
            && getsockname(listener, pointer, &length) == 0
        } ? ipv6.sin6_port : 0
      self.port = UInt16(bigEndian: port)
      var ipv4 = sockaddr_in()
      ipv4.sin_family = sa_family_t(AF_INET)
      ipv4.sin_port = port
      let isRead =
        family == AF_INET
        ? inet_pton(AF_INET, address, &ipv4.sin_addr) : inet_pton(AF_INET6, address, &ipv6.sin6_addr)
      let isConnected =
        family == AF_INET
        ? Self.with(&ipv4) { Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        : Self.with(&ipv6) { Glibc.connect(client, $0, length) }
      try #require(port != 0 && isRead == 1 && isConnected == 0)
    }

    private static func with<Address, Result>(
      _ address: inout Address, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
    ) -> Result {
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
      }
    }

    deinit {
      close(client)
      close(listener)
    }
  }

  @Test(
    "One is found by the port that it is to, whatever its socket's family, and ended at once",
    arguments: [
      (AF_INET, "127.0.0.1", "127.0.0.1"), (AF_INET6, "::ffff:127.0.0.1", "127.0.0.1"),
      (AF_INET6, "::1", "::1"),
    ])
  func end(_ family: Int32, address: String, seen: String) throws {
    try Shell.run("ip link set lo up")
    let pair = try Pair(family, to: address)
    let other = try Pair(family, to: address)
    var connections = try OwnConnections()
    let found = try connections.all(to: pair.port) { _ in true }
    let expected = try #require(IPAddress(seen))
    #expect(found.map(\.remote) == [Endpoint(expected, port: pair.port)])
    #expect(found.map(\.local.address) == [expected])

    for outcome in connections.end(found) { try outcome.get() }
    var byte: UInt8 = 0
    #expect(recv(pair.client, &byte, 1, 0) == -1 && errno == ECONNABORTED)
    #expect(recv(other.client, &byte, 1, Int32(MSG_DONTWAIT)) == -1 && errno == EAGAIN)
    #expect(try connections.all(to: 0) { $0.remote.port == pair.port }.isEmpty)
    // It has ended already.
    #expect(connections.end(found).map { try? $0.get() }.allSatisfy { $0 == nil })
  }
}
