import Glibc
package import Model
package import NIOCore
import NIOPosix

/// An idle connection held to a server: when its process dies, the FIN or RST says so at once.
///
/// It raises an alarm and decides nothing. That it cannot be opened, or that the server does not suffer idle
/// connections, is no failure of the server: it is opened again after a successful probe, and the shorter the
/// connections live, the later. It belongs to its event loop, and ends with ``stop()`` or when it is released.
package final class Sentinel {
  /// Called on the loop when a connection that stood has ended.
  package var alarm: () -> Void = {}

  /// What a server may send over a connection on which nobody asks it, in bytes; one that sends more than a greeting
  /// would keep the loop busy with reading it.
  private static let limit = 16 << 10

  /// A connection that lasted so long may be opened again at once.
  private static let longLife = Duration.seconds(10)

  private let endpoint: Endpoint
  private let source: IPAddress?
  private let loop: any EventLoop
  private var backOff: BackOff
  private var notBefore: NIODeadline
  private var channel: (any Channel)?
  private var isOpening = false
  private var isStopped = false

  /// Makes a sentinel, which is not open yet.
  ///
  /// - Parameters:
  ///   - endpoint: the server.
  ///   - source: the address that the connection comes from; nil: the system's choice.
  ///   - loop: the event loop that this is called on, and everything else.
  package init(of endpoint: Endpoint, from source: IPAddress? = nil, on loop: any EventLoop) {
    self.endpoint = endpoint
    self.source = source
    self.loop = loop
    backOff = BackOff(from: .milliseconds(500), to: .seconds(60))
    notBefore = loop.now
  }

  deinit {
    channel?.close(promise: nil)
  }

  /// Whether the connection stands.
  package var isOpen: Bool { channel?.isActive ?? false }

  /// Opens the connection, unless it is open or it is too early.
  package func keep() {
    guard !isStopped, !isOpening, channel == nil, loop.now >= notBefore else { return }
    isOpening = true
    let ended = { [weak self] (end: SentinelHandler.End) in if let self { self.ended(end) } }
    let isolated = NIOLoopBound(ended, eventLoop: loop)
    ClientBootstrap.probing(on: loop, from: source, timeout: .seconds(5))
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 15)
      .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 5)
      .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            SentinelHandler(limit: Self.limit, ended: isolated.value))
        }
      }
      .connect(to: endpoint, on: loop)
      .assumeIsolated()
      .whenComplete { [weak self] in
        switch $0 {
        case .success(let channel): self.map { $0.opened(channel) } ?? channel.close(promise: nil)
        case .failure: self?.failed()
        }
      }
  }

  /// Closes the connection, for good and without an alarm.
  package func stop() {
    isStopped = true
    channel?.close(promise: nil)
    channel = nil
  }

  private func opened(_ channel: any Channel) {
    isOpening = false
    guard !isStopped, channel.isActive else { return channel.close(promise: nil) }
    self.channel = channel
  }

  private func failed() {
    isOpening = false
    notBefore = loop.now + TimeAmount(backOff.next())
  }

  private func ended(_ end: SentinelHandler.End) {
    channel = nil
    guard !isStopped else { return }
    switch end {
    case .byServer(let life) where life > Self.longLife:
      backOff.reset()
      alarm()
    case .byServer:
      notBefore = loop.now + TimeAmount(backOff.next())
      alarm()
    case .byUs:
      // The server lives, and more than that; there is nothing to look into.
      notBefore = loop.now + TimeAmount(backOff.next())
    }
  }
}

/// Waits for the end of a connection, and makes nothing of what comes before it.
private final class SentinelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// How a connection ended.
  enum End {
    /// The server or the network ended it, after so long.
    case byServer(after: Duration)
    /// It was given up: the server talked too much.
    case byUs
  }

  private let limit: Int
  private let ended: (End) -> Void
  private var began: NIODeadline?
  private var received = 0

  init(limit: Int, ended: @escaping (End) -> Void) {
    self.limit = limit
    self.ended = ended
  }

  func channelActive(context: ChannelHandlerContext) {
    began = context.eventLoop.now
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard let began else { return }
    ended(received > limit ? .byUs : .byServer(after: Duration(context.eventLoop.now - began)))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytes
    if received > limit { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
