import CKernel
import Glibc
import Host
import Synchronization
import TestSupport

/// New connections, one at every beat: each hears who serves it, and goes.
///
/// They are made by a thread of their own, which leaves an emulator's other processor to the servers.
final class Load: Sendable {
  private struct Account {
    var phase = ""
    var begun = 0
    var served: [String: Int] = [:]
    var failures: [String] = []
    var end: ContinuousClock.Instant?
    /// When the oldest of those that are under way was begun, as far as is known.
    var oldest = ContinuousClock.now
    var hasEnded = false
  }

  /// How long a connection may take.
  private static let patience = Duration.seconds(10)
  /// How many may be under way: with more, a slow machine would keep the servers' checks waiting behind them.
  private static let crowd = 8

  private let address: SocketAddress
  private let beat: Duration
  private let start = ContinuousClock.now
  private let account = Mutex(Account())

  /// Connects from a host to an endpoint, from now on.
  init(_ host: String, to endpoint: String, every beat: Duration) throws {
    address = try SocketAddress(endpoint)
    self.beat = beat
    let thread = try DedicatedThread(name: "load") { [self] in
      do {
        try onHost(host) { run() }
      } catch {
        account.withLock { $0.failures.append("\(error)") }
      }
      account.withLock { $0.hasEnded = true }
    }
    thread.detach()
  }

  /// What happens meanwhile, for the words about failures.
  var phase: String {
    get { account.withLock { $0.phase } }
    set { account.withLock { $0.phase = newValue } }
  }

  /// How many were begun.
  var begun: Int { account.withLock { $0.begun } }
  /// How many each server has served.
  var served: [String: Int] { account.withLock { $0.served } }
  /// What became of those that nobody served.
  var failures: [String] { account.withLock { $0.failures } }
  /// How many were begun a second, until the end.
  var rate: Int {
    account.withLock { Int(Double($0.begun) / ((($0.end ?? .now) - start) / .seconds(1))) }
  }

  /// Whether none is under way that was begun before a moment.
  func isPast(_ moment: ContinuousClock.Instant) -> Bool { account.withLock { $0.oldest > moment } }

  /// Begins no more; those that are under way are served, or fail.
  func stop() { account.withLock { $0.end = $0.end ?? .now } }

  /// Whether it was stopped, and none is under way.
  var hasEnded: Bool { account.withLock { $0.hasEnded } }

  private func run() {
    let sockets = Sockets()
    var underWay: [(stream: Stream, begun: ContinuousClock.Instant)] = []
    var next = ContinuousClock.now
    while true {
      let now = ContinuousClock.now
      let isOver = account.withLock { account in
        account.oldest = underWay.first?.begun ?? now
        return account.end != nil
      }
      if isOver, underWay.isEmpty { return }
      // What is missed is made up for, but not for ever.
      next = max(next, now - beat * Self.crowd)
      while !isOver, next <= now, underWay.count < Self.crowd {
        let stream = Stream(streamSocket(for: address), to: address)
        sockets.add(stream.descriptor, of: stream)
        stream.send("hello\n")
        underWay.append((stream, now))
        account.withLock { $0.begun += 1 }
        next += beat
      }
      sockets.serve(within: min(max(.zero, next - now), .milliseconds(10)))
      underWay.removeAll { hasSettled($0.stream, $0.begun) }
    }
  }

  /// Takes note of one that is over.
  private func hasSettled(_ stream: Stream, _ begun: ContinuousClock.Instant) -> Bool {
    account.withLock { account in
      if stream.lines > 0 {
        account.served[stream.name ?? "nobody", default: 0] += 1
      } else if let end = stream.end {
        account.failures.append("\(account.phase): \(end)")
      } else if ContinuousClock.now - begun > Self.patience {
        account.failures.append("\(account.phase): no answer")
      } else {
        return false
      }
      return true
    }
  }
}
