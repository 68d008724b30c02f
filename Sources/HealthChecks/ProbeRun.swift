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
  /// Whether the answer is known.
  private(set) var isDecided = false

  /// Where the probe lives.
  let loop: any EventLoop
  /// Called when the deadline has passed: what is under way has to end.
  var whenTimedOut: () -> Void = {}
  /// Whether a server that has said nothing until the deadline is as it should be.
  var silenceIsHealthy = false

  /// What is known already, should the rest of the answer not come.
  var verdict: ProbeFailure?

  /// Whether another thread looks at this host's files for it.
  var isLooking = false

  /// The deadline over all phases, from the start.
  let timeout: Duration

  private let promise: EventLoopPromise<ProbeReport>
  private var phaseBegan: NIODeadline
  private var timings = PhaseTimings()
  private var deadline: Scheduled<Void>?
  private var channel: (any Channel)?

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
    to endpoint: Endpoint, from source: IPAddress? = nil, options: [ConnectionOption] = [],
    through handlers: [any ChannelHandler]
  ) {
    var bootstrap = ClientBootstrap.probing(on: loop, from: source, timeout: timeout)
    for option in options { bootstrap = bootstrap.channelOption(option.key, value: option.value) }
    bootstrap
      .channelInitializer(initializer(through: handlers))
      .connect(to: endpoint, on: loop)
      .assumeIsolated()
      .whenFailure { self.fail($0) }
  }

  /// Puts the handlers onto a channel of this run, whichever way it is opened.
  func initializer(
    through handlers: [any ChannelHandler]
  ) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
    let isolated = NIOLoopBound((run: self, handlers: handlers + [ProbeEnd(of: self)]), eventLoop: loop)
    return { channel in
      channel.eventLoop.makeCompletedFuture {
        let (run, handlers) = isolated.value
        // Nobody would close a channel that comes after the answer.
        guard !run.isDecided else { throw ChannelError.ioOnClosedChannel }
        run.channel = channel
        try channel.pipeline.syncOperations.addHandlers(handlers)
      }
    }
  }

  /// Leaves a connection that the server ends although it is to be asked more: another one takes its place.
  func leaveConnection() {
    let former = channel
    channel = nil
    former?.close(promise: nil)
    begin()
  }

  /// Whether a connection is the one over which the server is asked.
  func isHeld(by channel: any Channel) -> Bool { self.channel === channel }

  /// The phases begin only now, with this one, which for a probe that has no connection is another than the usual one.
  func begin(_ first: ProbeFailure.Phase = .connect) {
    phase = first
    phaseBegan = loop.now
  }

  /// The phase so far is over, and the next begins.
  func enter(_ next: ProbeFailure.Phase) {
    completePhase()
    phase = next
  }

  /// The server is healthy.
  ///
  /// - Parameters:
  ///   - weight: the weight that it wants; nil: the one that is configured.
  ///   - leaving: how the connection ends.
  func succeed(weight: UInt32? = nil, leaving: Farewell = .close) {
    completePhase()
    decide(.healthy, weight: weight, leaving: leaving)
  }

  /// The server answered, but not what was expected.
  func reject(_ failure: ProbeFailure) {
    completePhase()
    decide(.failed(failure), leaving: .close)
  }

  /// The phase cannot be completed.
  func fail(_ failure: ProbeFailure) {
    decide(.failed(verdict ?? failure), leaving: .close)
  }

  /// The phase cannot be completed, because of an error below.
  func fail(_ error: any Error) {
    fail(ProbeFailure(error, in: phase))
  }

  /// The first byte of an answer is here.
  func noteFirstByte() {
    guard !isDecided, timings.firstByte == nil else { return }
    timings.firstByte = Duration(loop.now - phaseBegan)
  }

  private func deadlinePassed() {
    whenTimedOut()
    // What another thread has found out by now counts, although this loop was too busy to hear of it.
    if isLooking, let verdict { return loop.assumeIsolated().execute { self.fail(verdict) } }
    if silenceIsHealthy, phase == .response { return succeed() }
    // A server that hangs would leave a closed connection to the kernel, which tries for minutes to end it.
    decide(.failed(verdict ?? .timedOut(phase)), leaving: .reset)
  }

  private func completePhase() {
    guard !isDecided else { return }
    let now = loop.now
    let duration = Duration(now - phaseBegan)
    phaseBegan = now
    switch phase {
    case .connect: timings.connect = duration
    case .handshake: timings.handshake = duration
    case .response, .program: timings.response = (timings.response ?? .zero) + duration
    }
  }

  private func decide(_ result: ProbeResult, weight: UInt32? = nil, leaving: Farewell) {
    guard !isDecided else { return }
    isDecided = true
    deadline?.cancel()
    deadline = nil

    let report = ProbeReport(result, timings: timings, weight: weight)
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
