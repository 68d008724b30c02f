internal import Glibc
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Answers HTTP/1.1 on a Unix socket, one request per connection.
///
/// It belongs to its event loop.
package final class ControlServer {
  /// What the clients can follow.
  package let events: EventHub
  let limits: ControlLimits

  private let loop: any EventLoop
  private let routes: [ControlRoute]
  private let group: gid_t?
  private var connections = 0
  private var listener: (any Channel)?
  private var path: String?

  /// A server that does not listen yet.
  ///
  /// - Parameters:
  ///   - routes: what can be asked, but for the events.
  ///   - events: the events.
  ///   - loop: the event loop that everything here is called on.
  ///   - limits: what a client can take.
  ///   - group: whose members may change something.
  package init(
    _ routes: [ControlRoute], events: EventHub, on loop: any EventLoop,
    limits: ControlLimits = ControlLimits(), group: String = ControlPaths.group
  ) {
    self.routes = routes
    self.events = events
    self.loop = loop
    self.limits = limits
    self.group = ControlSocket.group(named: group)
  }

  /// Listens on a path; a socket that is left there is replaced.
  ///
  /// Who calls this makes sure that no other daemon runs.
  ///
  /// - Throws: ``ListenError``.
  package func listen(on path: String) throws -> EventLoopFuture<Void> {
    let descriptor = try ControlSocket.bind(path, group: group)
    self.path = path
    let server = NIOLoopBound(self, eventLoop: loop)
    let limits = limits
    return ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 128)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: limits.backlog / 4, high: limits.backlog)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try server.value.accept(channel) }
      }
      .withBoundSocket(descriptor)
      .map { server.value.listener = $0 }
  }

  /// Listens no longer; the socket's path goes.
  package func stop() {
    listener?.close(promise: nil)
    listener = nil
    if let path { unlink(path) }
    path = nil
  }

  private func accept(_ channel: any Channel) throws {
    connections += 1
    channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in self?.connections -= 1 }
    let pipeline = channel.pipeline.syncOperations
    let peer = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
      PeerCredentials(of: $0)
    }
    var decoding = NIOHTTPDecoderLimitConfiguration()
    decoding.maxHeaderFieldSize = limits.head
    decoding.maxHeaderListSize = limits.head
    let byteLimit = ByteLimit(limits)
    try pipeline.addHandlers([
      byteLimit, ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoding)),
      HTTPResponseEncoder(),
    ])
    try pipeline.addHandler(
      ControlConnection(
        self, limitedBy: byteLimit, peer: peer ?? nil, isOneTooMany: connections > limits.connections))
  }

  /// The route of a request.
  ///
  /// - Throws: 404 where there is none, 405 where it has another method, 403 where the client has no right to it.
  func route(for request: ControlRequest, of peer: PeerCredentials?) throws(ControlError) -> ControlRoute {
    let known = routes.filter { $0.path == request.path }
    if known.isEmpty, request.path != ControlPaths.events {
      throw ControlError(.notFound, "there is no \(request.path.shown)")
    }
    guard let route = known.first(where: { $0.method == request.method }) else {
      let method = known.first?.method ?? .GET
      throw ControlError(
        .methodNotAllowed, "\(request.path) is asked for by \(method.rawValue)", allowed: method)
    }
    guard route.method == .GET || peer?.mayWrite(group: group) == true else {
      throw ControlError(
        .forbidden,
        "not permitted: \(request.path) is for root, the daemon's user and members of group \(ControlPaths.group)"
      )
    }
    return route
  }
}

extension String {
  /// Short enough for a sentence, and without what would steer a terminal.
  fileprivate var shown: String {
    String(
      unicodeScalars.prefix(64).map {
        $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F ? Character($0) : "?"
      })
  }
}
