import Glibc
import Model
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

/// A server that holds idle connections, and can die with all of them.
final class HoldingServer: Sendable {
  struct NotHeld: Error {
    var held: Int
  }

  /// Where it listens.
  let endpoint: Endpoint

  private let listener: any Channel
  private let held: NIOLockedValueBox<[any Channel]>

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - limit: how long it suffers a connection; nil: for ever.
  ///   - talk: what it says on every connection again and again; nil: nothing.
  /// - Throws: what NIO throws, if it cannot listen.
  init(limit: TimeAmount? = nil, talk: String? = nil) async throws {
    let held = NIOLockedValueBox<[any Channel]>([])
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        held.withLockedValue { $0.append(channel) }
        if let limit { channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) } }
        if let talk {
          channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { task in
            channel.writeAndFlush(ByteBuffer(string: talk)).whenFailure { _ in task.cancel() }
          }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    self.held = held
    endpoint = Endpoint(
      try #require(IPAddress("127.0.0.1")), port: UInt16(listener.localAddress?.port ?? 0))
  }

  deinit {
    listener.close(promise: nil)
  }

  /// Waits until so many connections stand, and not only in passing.
  func wait(forHeld count: Int) async throws {
    var agreements = 0
    for _ in 0..<2000 {
      agreements = held.withLockedValue({ $0.count { $0.isActive } }) == count ? agreements + 1 : 0
      if agreements == 5 { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw NotHeld(held: held.withLockedValue { $0.count { $0.isActive } })
  }

  /// Waits until so many connections were accepted in all.
  func wait(forAccepted count: Int) async throws {
    for _ in 0..<2000 {
      if held.withLockedValue({ $0.count }) >= count { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw NotHeld(held: held.withLockedValue { $0.count })
  }

  /// Ends as a process does: listener and connections at once.
  func die(byReset: Bool) async throws {
    try await listener.close()
    for channel in held.withLockedValue({ $0 }) where channel.isActive {
      if byReset {
        _ = try await (channel as? any SocketOptionProvider)?
          .setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
      }
      channel.close(promise: nil)
    }
  }
}
