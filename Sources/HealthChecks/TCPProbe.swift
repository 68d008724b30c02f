import Glibc
import NIOCore

/// The TCP probe: a server that completes the handshake is healthy.
///
/// The same handler ends the TLS probe, where a connection is active once TLS stands.
final class TCPProbe: ChannelInboundHandler {
  typealias InboundIn = Never

  /// Delays the acknowledgement of the server's SYN-ACK, which the reset then overtakes: the connection never
  /// reaches the server's accept queue, and its log does not fill with handshakes that nobody finishes.
  static let withoutTrace = ProbeRun.ConnectionOption(
    key: ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_QUICKACK)), value: 0)

  private let run: ProbeRun
  private let farewell: ProbeRun.Farewell

  /// Ends the run when its connection is active.
  init(_ run: ProbeRun, leaving farewell: ProbeRun.Farewell) {
    self.run = run
    self.farewell = farewell
  }

  func channelActive(context: ChannelHandlerContext) {
    run.succeed(leaving: farewell)
  }
}
