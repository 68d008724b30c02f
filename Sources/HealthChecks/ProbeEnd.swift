import Model
import NIOCore

/// The last handler of every probe's connection: what no other handler made sense of ends the probe here.
final class ProbeEnd: ChannelInboundHandler {
  typealias InboundIn = Never

  private let run: ProbeRun

  /// Ends this run.
  init(of run: ProbeRun) {
    self.run = run
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard run.isHeld(by: context.channel) else { return }
    run.fail(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard run.isHeld(by: context.channel) else { return }
    run.fail(.reset(run.phase))
  }

  // What arrives after the answer has no reader any more.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
