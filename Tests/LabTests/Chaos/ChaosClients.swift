import Glibc

/// Clients that ask again and again over connections that they keep, and some that connect anew each time.
///
/// A connection may end, and a new one takes its place; but nobody may wait for longer than a bound.
final class ChaosClients {
  /// Somebody who waits for an answer.
  private struct Client {
    var stream: Stream
    /// Since when it waits; nil: it was answered.
    var asked: ContinuousClock.Instant?
    var answers = 0
    let keepsConnection: Bool
  }

  private let host: String
  private let endpoint: String
  private let bound: Duration
  private var clients: [Client] = []
  /// How many answers came.
  private(set) var answers = 0
  /// How many connections ended before the answer.
  private(set) var ends = 0
  /// The longest that somebody waited for an answer or an end.
  private(set) var longest = Duration.zero
  /// Who waited for longer than the bound, and what was the matter then.
  private(set) var hanging: [String] = []

  /// The connections that there are.
  var streams: [Stream] { clients.map(\.stream) }

  /// Begins.
  init(_ host: String, to endpoint: String, keeping: Int, renewing: Int, bound: Duration) throws {
    self.host = host
    self.endpoint = endpoint
    self.bound = bound
    clients = try (0..<keeping + renewing).map {
      Client(stream: try Stream(host: host, to: endpoint), asked: nil, keepsConnection: $0 < keeping)
    }
  }

  /// Takes the answers that came and asks again.
  func turn(_ phase: String) throws {
    let now = ContinuousClock.now
    for index in clients.indices {
      let client = clients[index]
      guard let asked = client.asked else {
        if !client.keepsConnection || client.stream.end != nil { try renew(index) }
        clients[index].stream.send("hello\n")
        clients[index].asked = now
        continue
      }
      longest = max(longest, now - asked)
      if client.stream.lines > client.answers {
        answers += 1
        clients[index].answers = client.stream.lines
        clients[index].asked = nil
      } else if client.stream.end != nil {
        ends += 1
        clients[index].asked = nil
        try renew(index)
      } else if now - asked > bound {
        let kind = client.answers > 0 ? "an established connection" : "a new connection"
        hanging.append("\(kind) was not answered for \(now - asked), \(phase)")
        clients[index].asked = nil
        try renew(index)
      }
    }
  }

  private func renew(_ index: Int) throws {
    clients[index].stream = try Stream(host: host, to: endpoint)
    clients[index].answers = 0
  }
}
