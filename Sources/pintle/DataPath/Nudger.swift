internal import Host
internal import IPVS
internal import Model
internal import NIOCore

/// Sends bare SYNs to clients, a few at a time: a burst of thousands would fill queues that others need.
final class Nudger {
  /// How many go out at once.
  private static let slice = 200
  /// How long it pauses after so many: 20,000 a second.
  private static let pause = TimeAmount.milliseconds(10)
  /// A client answers one of them in half a second at most (`tcp_invalid_ratelimit`), and an answer may be lost.
  private static let repetition = TimeAmount.milliseconds(600)

  private let loop: any NIOCore.EventLoop
  private let log: EventLog
  private var sender: BareSYNSender?
  private var waiting: ArraySlice<BareSYN> = []
  private var isSending = false
  /// Clients to whom there was no way, of those that wait, and why not.
  private var unreached = (count: 0, reason: "")

  /// Prepares it; the sockets are opened with the first client.
  init(on loop: any NIOCore.EventLoop, log: EventLog) {
    self.loop = loop
    self.log = log
  }

  /// Sends one to each client, and another one later unless it is said otherwise.
  func nudge(_ clients: [Connection], after delay: TimeAmount, isRepeated: Bool = true) {
    let nudges = clients.compactMap { BareSYN(from: $0.service, to: $0.client) }
    if sender == nil {
      do throws(SystemError) {
        sender = try BareSYNSender()
      } catch {
        return log.report(.nudgeFailed("\(error) (needs CAP_NET_RAW)"))
      }
    }
    schedule(nudges, in: delay)
    if isRepeated { schedule(nudges, in: delay + Self.repetition) }
  }

  private func schedule(_ nudges: [BareSYN], in delay: TimeAmount) {
    guard delay > .zero else { return enqueue(nudges) }
    loop.assumeIsolated().scheduleTask(in: delay) { [weak self] in self?.enqueue(nudges) }
  }

  private func enqueue(_ nudges: [BareSYN]) {
    waiting += nudges
    if !isSending { sendSlice() }
  }

  private func sendSlice() {
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
      return unreached = (0, "")
    }
    loop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in self?.sendSlice() }
  }
}
