import Glibc
import Model
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import Testing

/// A server on the loopback interface, good or bad.
final class TestServer: Sendable {
  /// Where it listens.
  let endpoint: Endpoint

  private let listener: any Channel
  private let log:
    NIOLockedValueBox<(connections: Int, peers: Set<String>, requests: [String], errors: [String])>

  /// How many connections it has accepted.
  var connections: Int { log.withLockedValue(\.connections) }
  /// The addresses that they came from.
  var peers: Set<String> { log.withLockedValue(\.peers) }
  /// The first bytes that each connection has received, as text; of the first connections.
  var requests: [String] { log.withLockedValue(\.requests) }
  /// What went wrong on its connections, in its own eyes.
  var errors: [String] { log.withLockedValue(\.errors) }

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - conduct: what it does once a connection has sent something.
  ///   - address: where it listens, on a port of the system's choice.
  ///   - identity: its certificate; nil: it speaks no TLS.
  /// - Throws: what NIO throws, if it cannot listen.
  init(_ conduct: Conduct, on address: String = "127.0.0.1", as identity: Identity? = nil) async throws {
    let log = NIOLockedValueBox(
      (connections: 0, peers: Set<String>(), requests: [String](), errors: [String]()))
    let tls = try identity?.context()
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let peer = channel.remoteAddress?.ipAddress
          log.withLockedValue { $0.connections += 1 }
          if let peer { log.withLockedValue { _ = $0.peers.insert(peer) } }
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          let handler = ConductHandler(
            conduct, request: { request in log.withLockedValue { note(request, in: &$0.requests) } },
            error: { error in log.withLockedValue { note("\(error)", in: &$0.errors) } })
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .bind(host: address, port: 0).get()
    self.log = log
    let port = UInt16(listener.localAddress?.port ?? 0)
    endpoint = Endpoint(try #require(IPAddress(address)), port: port)
  }

  deinit {
    listener.close(promise: nil)
  }
}

/// A server that is asked thousands of times must not grow by its notes.
private func note(_ text: String, in notes: inout [String]) {
  if notes.count < 100 { notes.append(text) }
}
