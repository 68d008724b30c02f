internal import NIOCore

/// Ends a request that has too many bytes, before anything remembers more of them.
final class ByteLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// What a request has too much of.
  enum Excess: Error {
    case head
    case body
  }

  private let limits: ControlLimits
  private var count = 0
  /// Set by whoever gets the head, which stands behind this in the pipeline.
  var hasHead = false

  init(_ limits: ControlLimits) { self.limits = limits }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    count += bytes.readableBytes
    // The encoding of a body in chunks needs some bytes as well.
    guard count <= limits.head + limits.body + limits.body / 8 else {
      return context.fireErrorCaught(hasHead ? Excess.body : .head)
    }
    context.fireChannelRead(wrapInboundOut(bytes))
    if !hasHead, count > limits.head { context.fireErrorCaught(Excess.head) }
  }
}
