import Glibc
import Model
import NIOCore
import NIOPosix

extension ClientBootstrap {
  /// What every TCP connection of a check begins with.
  ///
  /// - Parameters:
  ///   - loop: where it lives.
  ///   - source: the address that it comes from; nil: the system's choice.
  ///   - timeout: for the connection to stand.
  /// - Returns: the bootstrap, which still needs its handlers.
  static func probing(on loop: any EventLoop, from source: IPAddress?, timeout: Duration) -> ClientBootstrap {
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(TimeAmount(timeout))
    guard let source, let address = try? SocketAddress(Endpoint(source, port: 0)) else { return bootstrap }
    // The port is chosen with the connection: otherwise no two connections of this source could share one.
    return bootstrap.bind(to: address)
      .channelOption(.ipOption(.init(rawValue: IP_BIND_ADDRESS_NO_PORT)), value: 1)
  }

  /// Connects to a server; it fails like any connection where the address cannot be spoken to.
  func connect(to endpoint: Endpoint, on loop: any EventLoop) -> EventLoopFuture<any Channel> {
    do {
      return connect(to: try SocketAddress(endpoint))
    } catch {
      return loop.makeFailedFuture(error)
    }
  }
}

extension SocketAddress {
  /// The same address in NIO's terms.
  init(_ endpoint: Endpoint) throws {
    let octets = ByteBuffer(bytes: endpoint.address.octets)
    try self.init(packedIPAddress: octets, port: Int(endpoint.port))
  }
}
