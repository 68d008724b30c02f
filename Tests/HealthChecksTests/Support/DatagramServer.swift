import Model
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

/// A server that answers datagrams.
final class DatagramServer: Sendable {
  /// Where it listens.
  let endpoint: Endpoint

  private let channel: any Channel
  private let received = NIOLockedValueBox<[[UInt8]]>([])

  /// What it was sent; the first of it, since one that is asked thousands of times must not grow by its notes.
  var questions: [[UInt8]] { received.withLockedValue { $0 } }

  /// Starts a server that sends what `answers` makes of a datagram.
  ///
  /// - Throws: what NIO throws, if it cannot listen.
  init(
    on address: String = "127.0.0.1", answers: @escaping @Sendable ([UInt8]) -> [[UInt8]]
  ) async throws {
    let received = received
    channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = Answering { question in
            received.withLockedValue { if $0.count < 100 { $0.append(question) } }
            return answers(question)
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .bind(host: address, port: 0).get()
    endpoint = Endpoint(try #require(IPAddress(address)), port: UInt16(channel.localAddress?.port ?? 0))
  }

  deinit {
    channel.close(promise: nil)
  }

  /// Listens no longer; returns once that is so.
  func stop() async throws {
    try await channel.close()
  }
}

private final class Answering: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let answers: ([UInt8]) -> [[UInt8]]

  init(answers: @escaping ([UInt8]) -> [[UInt8]]) {
    self.answers = answers
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let question = unwrapInboundIn(data)
    for answer in answers(Array(question.data.readableBytesView)) {
      let envelope = AddressedEnvelope(remoteAddress: question.remoteAddress, data: ByteBuffer(bytes: answer))
      context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
    }
  }
}
