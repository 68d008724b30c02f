import Glibc

/// Clients that ask again and again over connections that they keep, some that connect anew each time, and some that only
/// listen to what a server says every second.
///
/// A connection may end, and a new one takes its place; but nobody may wait for longer than a bound. TCP sends again after
/// pauses that double, so that whoever was cut off for a time hears something within another such time after it.
final class ChaosClients {
  private enum Kind {
    case keeping, renewing, listening
  }

  /// Somebody who waits for an answer.
  private struct Client {
    var stream: Stream
    /// Since when it waits; nil: it was answered.
    var asked: ContinuousClock.Instant?
    var answers = 0
    let kind: Kind

    /// Who served it.
    var server: String { stream.name ?? "nobody" }
    /// How long it may wait while nothing is the matter.
    var beat: Duration { kind == .listening ? .seconds(1) : .zero }
  }

  /// What a client says that listens from then on.
  static let watch = "watch\n"
  /// The first pause of TCP, and what an emulator beside other work may stand still for.
  private static let slack = Duration.milliseconds(500) + .seconds(2)

  private let host: String
  private let stage: Stage
  private let endpoint: String
  private var clients: [Client] = []
  /// How many answers came.
  private(set) var answers = 0
  /// How many connections ended before the answer.
  private(set) var ends = 0
  /// The longest that somebody waited for an answer or an end.
  private(set) var longest = Duration.zero
  /// Who waited for longer than the bound, and what was the matter then.
  private(set) var hanging: [String] = []

  /// Begins.
  init(
    _ host: String, on stage: Stage, to endpoint: String, keeping: Int, renewing: Int, listening: Int
  ) throws {
    self.host = host
    self.stage = stage
    self.endpoint = endpoint
    let kinds =
      [Kind](repeating: .keeping, count: keeping) + [Kind](repeating: .renewing, count: renewing)
      + [Kind](repeating: .listening, count: listening)
    clients = try kinds.map { Client(stream: try stage.begin(host, to: endpoint), asked: nil, kind: $0) }
  }

  /// Who has waited for more than two seconds.
  var waiting: [String] {
    let now = ContinuousClock.now
    return clients.compactMap { client in
      let time = now - (client.asked ?? now)
      return time < .seconds(2) ? nil : "\(client.kind), answered \(client.answers) times, for \(time)"
    }
  }

  /// Connects all anew: what they wait for, or are about to, was taken away where nobody could know of them.
  ///
  /// - Parameters:
  ///   - phase: what is the matter, for the words about those who hang.
  ///   - cause: when it began to be taken away. Who was served before and had waited for long by then hung already.
  ///   - patience: how long that is.
  /// - Throws: where a client cannot connect anew.
  func excuse(_ phase: String, since cause: ContinuousClock.Instant, patience: Duration) throws {
    for index in clients.indices {
      let client = clients[index]
      if let asked = client.asked, client.answers > 0, cause - asked > patience + Self.slack + client.beat {
        hanging.append(
          "\(client.kind), served by \(client.server), had waited for \(cause - asked) before \(phase)")
      }
      clients[index].asked = nil
      try renew(index)
    }
  }

  /// Takes the answers that came and asks again.
  ///
  /// - Parameters:
  ///   - phase: what is the matter, for the words about those who hang.
  ///   - whole: the time until which the way to the servers may be cut; it may be to come.
  /// - Throws: where a client cannot connect anew.
  func turn(_ phase: String, whole: ContinuousClock.Instant) throws {
    let now = ContinuousClock.now
    for index in clients.indices {
      let client = clients[index]
      guard let asked = client.asked else {
        if client.kind == .renewing || client.stream.end != nil { try renew(index) }
        if client.kind != .listening || clients[index].answers == 0 {
          clients[index].stream.send(client.kind == .listening ? Self.watch : "hello\n")
        }
        clients[index].asked = now
        continue
      }
      longest = max(longest, now - asked)
      let cut = max(Duration.zero, whole - asked)
      if client.stream.lines > client.answers {
        answers += 1
        clients[index].answers = client.stream.lines
        clients[index].asked = nil
      } else if client.stream.end != nil {
        ends += 1
        clients[index].asked = nil
        try renew(index)
      } else if now - asked > cut * 2 + Self.slack + client.beat {
        let kind = client.answers > 0 ? "an established connection" : "a new connection"
        hanging.append(
          "\(kind), \(client.kind), to \(client.server), was not answered for \(now - asked), \(phase)")
        clients[index].asked = nil
        try renew(index)
      }
    }
  }

  private func renew(_ index: Int) throws {
    clients[index].stream = try stage.begin(host, to: endpoint)
    clients[index].answers = 0
  }
}
