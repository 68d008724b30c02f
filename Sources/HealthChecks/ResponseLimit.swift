import Model
import NIOCore

/// Notes when a server begins to answer, and ends a probe whose server sends without end before it has answered.
final class ResponseLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// How much of a response is read, in bytes.
  static let limit = 64 << 10

  private let run: ProbeRun
  private var received = 0

  /// Limits what this run reads.
  init(_ run: ProbeRun) {
    self.run = run
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    run.noteFirstByte()
    received += unwrapInboundIn(data).readableBytes
    // Those who read it first: a short head that decides may arrive together with a long body.
    context.fireChannelRead(data)
    if received > Self.limit { run.fail(.tooMuchData) }
  }
}
