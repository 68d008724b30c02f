import Glibc

/// New connections, one at every beat and a few under way at a time: each hears who serves it, and goes.
final class Load {
  /// How long a connection may take.
  private static let patience = Duration.seconds(10)
  /// How many may be under way: with more, a slow machine would keep the servers' checks waiting behind them.
  private static let crowd = 4

  /// What happens meanwhile, for the words about failures.
  var phase = ""
  /// How many were begun.
  private(set) var begun = 0
  /// How many each server has served.
  private(set) var served: [String: Int] = [:]
  /// What became of those that nobody served.
  private(set) var failures: [String] = []
  /// Those that are under way, with the time when each is given up.
  private(set) var underWay: [(stream: Stream, deadline: ContinuousClock.Instant)] = []
  private let host: String
  private let endpoint: String
  private let beat: Duration
  private let start = ContinuousClock.now
  private var next = ContinuousClock.now

  /// Connects from a host to an endpoint.
  init(_ host: String, to endpoint: String, every beat: Duration) {
    self.host = host
    self.endpoint = endpoint
    self.beat = beat
  }

  /// How many a second there were so far.
  var rate: Double { Double(begun) / ((ContinuousClock.now - start) / .seconds(1)) }

  /// Begins those whose time has come; how long it is until the next one.
  func knock() throws -> Duration {
    let now = ContinuousClock.now
    // What is missed is made up for, but not for ever.
    next = max(next, now - beat * Self.crowd)
    while next <= now, underWay.count < Self.crowd {
      let stream = try Stream(host: host, to: endpoint)
      stream.send("hello\n")
      underWay.append((stream, now + Self.patience))
      begun += 1
      next += beat
    }
    return max(.zero, next - now)
  }

  /// Takes note of those that are over.
  func judge() {
    let now = ContinuousClock.now
    underWay.removeAll { stream, deadline in
      if stream.received.utf8.contains(UInt8(ascii: "\n")) {
        served[stream.name ?? "nobody", default: 0] += 1
      } else if let end = stream.end {
        failures.append("\(phase): \(end)")
      } else if now > deadline {
        failures.append("\(phase): no answer")
      } else {
        return false
      }
      return true
    }
  }
}
