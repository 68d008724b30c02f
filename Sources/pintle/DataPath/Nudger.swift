internal import Host
internal import IPVS
internal import Model
internal import NIOCore

/// Sends nudges to clients, a few at a time: a burst of thousands would fill queues that others need.
final class Nudger {
  /// How many go out at once.
  private static let slice = 200
  /// From the beginning of so many to that of the next: 40,000 a second at most.
  ///
  /// With advertisements every 100 ms the Backup takes over up to 361 ms after a server's word was lost, and TCP sends that
  /// again after 425: those to a thousand clients leave in between.
  private static let period = TimeAmount.milliseconds(5)
  /// A client answers one of them in half a second at most (`tcp_invalid_ratelimit`), and an answer may be lost.
  private static let repetition = TimeAmount.milliseconds(600)

  private let loop: any NIOCore.EventLoop
  private let log: EventLog
  private var sender: NudgeSender?
  private var waiting: ArraySlice<Nudge> = []
  private var isSending = false
  /// How many times there is somebody to be told later.
  private var planned = 0
  /// Who wants to know when everybody has been told.
  private var awaiting: [EventLoopPromise<Void>] = []
  /// Clients to whom there was no way, of those that wait, and why not.
  private var unreached = (count: 0, reason: "")

  /// Prepares it; the sockets are opened with the first client.
  init(on loop: any NIOCore.EventLoop, log: EventLog) {
    self.loop = loop
    self.log = log
  }

  /// Sends one to each client, and another one later unless it is said otherwise.
  func nudge(_ clients: [Connection], after delay: TimeAmount, isRepeated: Bool = true) {
    nudge(clients.compactMap { Nudge(from: $0.service, to: $0.client) }, after: delay, isRepeated: isRepeated)
  }

  /// Sends nudges, and each of them once more unless it is said otherwise.
  func nudge(_ nudges: some Sequence<Nudge>, after delay: TimeAmount, isRepeated: Bool = true) {
    if sender == nil {
      do throws(SystemError) {
        sender = try NudgeSender()
      } catch {
        return log.report(.nudgeFailed("\(error) (needs CAP_NET_RAW)"))
      }
    }
    let nudges = Array(nudges)
    schedule(nudges, in: delay)
    if isRepeated { schedule(nudges, in: delay + Self.repetition) }
  }

  /// Done when everybody has been told who was to be told by now; it does not fail.
  var finished: EventLoopFuture<Void> {
    if planned == 0, !isSending { return loop.makeSucceededVoidFuture() }
    let promise = loop.makePromise(of: Void.self)
    awaiting.append(promise)
    return promise.futureResult
  }

  private func schedule(_ nudges: [Nudge], in delay: TimeAmount) {
    guard delay > .zero else { return enqueue(nudges) }
    planned += 1
    loop.assumeIsolated().scheduleTask(in: delay) { [self] in
      planned -= 1
      enqueue(nudges)
    }
  }

  private func enqueue(_ nudges: [Nudge]) {
    waiting += nudges
    if !isSending { sendSlice() }
  }

  private func sendSlice() {
    let start = NIODeadline.now()
    for nudge in waiting.prefix(Self.slice) {
      do throws(SystemError) {
        try sender?.send(nudge)
      } catch {
        unreached = (unreached.count + 1, error.description)
      }
    }
    waiting = waiting.dropFirst(Self.slice)
    isSending = !waiting.isEmpty
    guard isSending else {
      waiting = []
      if unreached.count > 0 { log.report(.nudgeFailed("\(unreached.count) of them: \(unreached.reason)")) }
      unreached = (0, "")
      if planned == 0 {
        for promise in awaiting { promise.succeed() }
        awaiting = []
      }
      return
    }
    loop.assumeIsolated().scheduleTask(deadline: start + Self.period) { [weak self] in self?.sendSlice() }
  }
}
