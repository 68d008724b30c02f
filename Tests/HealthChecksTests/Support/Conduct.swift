import Glibc
import NIOCore

/// What a test's server does to those who speak to it.
enum Conduct: Sendable {
  /// Answers with this text, and closes.
  case answer(String)
  /// Answers the first request with the first text, the second with the second, and so on.
  case converse([String])
  /// Answers with this text again and again, and never ends.
  case flood(begin: String, with: String)
  /// Sends one byte of a header at a time, and never ends.
  case drip
  /// Says nothing, and reads no more either.
  case silence
  /// Closes the connection, with FIN.
  case close
  /// Resets the connection, with RST.
  case reset
}

/// Conducts itself on one connection.
final class ConductHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let conduct: Conduct
  private let request: (String) -> Void
  private let error: (any Error) -> Void
  private var hasBegun = false
  private var answers: [String] = []

  init(_ conduct: Conduct, request: @escaping (String) -> Void, error: @escaping (any Error) -> Void) {
    self.conduct = conduct
    self.request = request
    self.error = error
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .converse(let texts) = conduct {
      request(String(buffer: unwrapInboundIn(data)))
      if !hasBegun { answers = texts }
      hasBegun = true
      guard !answers.isEmpty else { return context.close(promise: nil) }
      return context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answers.removeFirst())), promise: nil)
    }
    guard !hasBegun else { return }
    hasBegun = true
    request(String(buffer: unwrapInboundIn(data)))
    let channel = context.channel
    switch conduct {
    case .converse: break
    case .answer(let text):
      channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
      channel.close(promise: nil)
    case .flood(let begin, let more):
      let copies = max(1, (16 << 10) / more.utf8.count)
      send(String(repeating: more, count: copies), every: .milliseconds(1), after: begin, over: channel)
    case .drip:
      send("x", every: .milliseconds(5), after: "HTTP/1.1 200 OK\r\nX-Slow: ", over: channel)
    case .silence:
      try? channel.pipeline.syncOperations.addHandler(Deaf(), position: .first)
    case .close:
      channel.close(promise: nil)
    case .reset:
      _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
      channel.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.error(error)
    context.close(promise: nil)
  }
}

/// Swallows what arrives, before TLS could answer it.
private final class Deaf: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}

private func send(_ text: String, every gap: TimeAmount, after begin: String, over channel: any Channel) {
  channel.writeAndFlush(ByteBuffer(string: begin), promise: nil)
  channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: gap) { task in
    channel.writeAndFlush(ByteBuffer(string: text)).whenFailure { _ in task.cancel() }
  }
}
