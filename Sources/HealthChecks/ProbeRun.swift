import Glibc
import Model
import NIOCore
import NIOPosix

/// One probe under way: its phase, its clock, its connection and its only answer.
///
/// Whoever learns something first decides: a handler of the connection, the deadline, the system. What comes later
/// is ignored. The answer is given once the connection's socket is closed, so that it never outlives its probe.
/// It belongs to its event loop.
final class ProbeRun {
  /// Becomes the answer.
  let report: EventLoopFuture<ProbeReport>
  /// What the probe is waiting for.
  private(set) var phase = ProbeFailure.Phase.connect

  private let loop: any EventLoop
  private let timeout: Duration
  private let promise: EventLoopPromise<ProbeReport>
  private var phaseBegan: NIODeadline
  private var timings = PhaseTimings()
  private var deadline: Scheduled<Void>?
  private var channel: (any Channel)?
  private var isDecided = false

  /// Starts the clock: the answer comes after `timeout` at the latest.
  init(on loop: any EventLoop, timeout: Duration) {
    self.loop = loop
    self.timeout = timeout
    promise = loop.makePromise()
    report = promise.futureResult
    phaseBegan = loop.now
    deadline = loop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { self.deadlinePassed() }
  }

  /// Opens the connection that the handlers then speak over.
  func connect(
    to endpoint: Endpoint, options: [ConnectionOption] = [], through handlers: [any ChannelHandler]
  ) {
    let address: SocketAddress
    do {
      let octets = ByteBuffer(bytes: endpoint.address.octets)
      address = try SocketAddress(packedIPAddress: octets, port: Int(endpoint.port))
    } catch {
      return fail(.system(EAFNOSUPPORT))
    }

    let isolated = NIOLoopBound((run: self, handlers: handlers + [ProbeEnd(of: self)]), eventLoop: loop)
    var bootstrap = ClientBootstrap(group: loop).connectTimeout(TimeAmount(timeout))
    for option in options { bootstrap = bootstrap.channelOption(option.key, value: option.value) }
    bootstrap
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let (run, handlers) = isolated.value
          run.channel = channel
          try channel.pipeline.syncOperations.addHandlers(handlers)
        }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenFailure { self.fail($0) }
  }

  /// The phase so far is over, and the next begins.
  func enter(_ next: ProbeFailure.Phase) {
    completePhase()
    phase = next
  }

  /// The server is healthy.
  ///
  /// - Parameter leaving: how the connection ends.
  func succeed(leaving: Farewell = .close) {
    completePhase()
    decide(.healthy, leaving: leaving)
  }

  /// The server answered, but not what was expected.
  func reject(_ failure: ProbeFailure) {
    completePhase()
    decide(.failed(failure), leaving: .close)
  }

  /// The phase cannot be completed.
  func fail(_ failure: ProbeFailure) {
    decide(.failed(failure), leaving: .close)
  }

  /// The phase cannot be completed, because of an error below.
  func fail(_ error: any Error) {
    fail(ProbeFailure(error, in: phase))
  }

  private func deadlinePassed() {
    // A server that hangs would leave a closed connection to the kernel, which tries for minutes to end it.
    decide(.failed(.timedOut(phase)), leaving: .reset)
  }

  private func completePhase() {
    guard !isDecided else { return }
    let now = loop.now
    let duration = Duration(now - phaseBegan)
    phaseBegan = now
    switch phase {
    case .connect: timings.connect = duration
    case .handshake: timings.handshake = duration
    case .response: timings.response = duration
    }
  }

  private func decide(_ result: ProbeResult, leaving: Farewell) {
    guard !isDecided else { return }
    isDecided = true
    deadline?.cancel()
    deadline = nil

    let report = ProbeReport(result, timings: timings)
    guard let channel else { return promise.succeed(report) }
    self.channel = nil
    if leaving == .reset {
      _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }
    channel.closeFuture.assumeIsolated().whenComplete { _ in self.promise.succeed(report) }
    channel.close(promise: nil)
  }
}

extension ProbeRun {
  /// How a connection ends.
  enum Farewell {
    /// In order: over TLS with `close_notify`, then FIN.
    case close
    /// With RST: at once, and without a trace in either kernel.
    case reset
  }

  /// A socket option that is set before the connection is opened.
  struct ConnectionOption {
    /// Which one.
    var key: ChannelOptions.Types.SocketOption
    /// Its value.
    var value: SocketOptionValue
  }
}
