/// When the probes of one server begin.
package struct CheckSchedule {
  /// How far a gap may be from the interval, as a part of it: servers that once began together drift apart.
  package static let jitter = 0.1

  /// From the start of one probe to the start of the next, on average.
  package let interval: Duration

  private var generator: any RandomNumberGenerator

  /// Makes the schedule of one server.
  ///
  /// - Parameters:
  ///   - interval: from start to start, more than zero.
  ///   - generator: the chance behind the jitter.
  package init(interval: Duration, generator: any RandomNumberGenerator = SystemRandomNumberGenerator()) {
    self.interval = interval
    self.generator = generator
  }

  /// How long a server's first probe waits, so that many servers do not begin at once: evenly over an interval,
  /// but over no more than a second, since until then nothing is known of it.
  ///
  /// - Parameters:
  ///   - index: the server's place among all that begin, from 0.
  ///   - count: how many begin.
  ///   - interval: the server's interval.
  /// - Returns: zero for the first, less than an interval and than a second for all.
  package static func offset(of index: Int, among count: Int, interval: Duration) -> Duration {
    min(interval, .seconds(1)) * index / max(count, 1)
  }

  /// How long the first probes of the servers of many services wait: as those of as many servers of one.
  ///
  /// - Parameter services: how many servers of each begin, and their interval.
  /// - Returns: for each service the times of its servers.
  package static func offsets(of services: [(servers: Int, interval: Duration)]) -> [[Duration]] {
    let count = services.reduce(0) { $0 + $1.servers }
    var first = 0
    return services.map { servers, interval in
      defer { first += servers }
      return (first..<first + servers).map { offset(of: $0, among: count, interval: interval) }
    }
  }

  /// The time from the start of one probe to the start of the next: the interval, give or take the jitter.
  package mutating func nextGap() -> Duration {
    interval * (1 + Double.random(in: -Self.jitter...Self.jitter, using: &generator))
  }
}
