import Model
import NIOCore
import NIOPosix

/// The part of a probe that all questions by datagram share: send one, and wait for the one that answers it.
///
/// Datagrams that answer something else are passed over. A word from the network that nobody listens there is the
/// error of a read, which ends the probe like any other.
final class DatagramProbe: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  /// What a datagram says; nil: it is no answer to the question.
  typealias Judgement = ([UInt8]) -> ProbeResult?

  private let run: ProbeRun
  private let server: SocketAddress
  private let question: [UInt8]
  private let judge: Judgement

  private init(_ run: ProbeRun, server: SocketAddress, question: [UInt8], judge: @escaping Judgement) {
    self.run = run
    self.server = server
    self.question = question
    self.judge = judge
  }

  /// Asks over a socket that is connected to the server already.
  ///
  /// - Parameters:
  ///   - socket: what the probe then owns.
  ///   - server: the server.
  ///   - question: what is sent.
  ///   - run: whom it answers to.
  ///   - judge: what an answer says.
  /// - Throws: ``ProbeFailure`` where the server's address is none that a datagram can go to.
  static func start(
    over socket: DatagramSocket, to server: Endpoint, asking question: [UInt8], in run: ProbeRun,
    judge: @escaping Judgement
  ) throws(ProbeFailure) {
    let address: SocketAddress
    do {
      address = try SocketAddress(server)
    } catch {
      throw ProbeFailure(error, in: .connect)
    }
    let probe = DatagramProbe(run, server: address, question: question, judge: judge)
    DatagramBootstrap(group: run.loop)
      .channelInitializer(run.initializer(through: [probe]))
      .withBoundSocket(socket.descriptor)
      .assumeIsolated()
      .whenFailure { run.fail($0) }
  }

  func channelActive(context: ChannelHandlerContext) {
    run.enter(.response)
    let envelope = AddressedEnvelope(remoteAddress: server, data: ByteBuffer(bytes: question))
    context.writeAndFlush(wrapOutboundOut(envelope)).assumeIsolated().whenFailure { self.run.fail($0) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let answer = Array(unwrapInboundIn(data).data.readableBytesView)
    guard let result = judge(answer) else { return }
    run.noteFirstByte()
    switch result {
    case .healthy: run.succeed()
    case .failed(let failure): run.reject(failure)
    }
  }
}
