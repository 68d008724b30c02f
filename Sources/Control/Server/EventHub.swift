package import NIOCore

/// The latest events, for whoever asks, and those to come, for whoever follows.
///
/// It belongs to its event loop.
package final class EventHub {
  /// Takes an event's line.
  typealias Follower = (ByteBuffer) -> Void

  private let loop: any EventLoop
  private let capacity: Int
  private var recent: [ByteBuffer] = []
  private var followers: [Int: Follower] = [:]
  private var lastFollower = 0
  private var sequence: UInt64 = 0
  /// How many events of each kind there were.
  package private(set) var counts: [String: UInt64] = [:]

  /// Remembers so many events.
  package init(on loop: any EventLoop, capacity: Int = 1000) {
    self.loop = loop
    self.capacity = capacity
  }

  /// How many follow.
  var followerCount: Int { followers.count }

  /// Tells an event; its sequence number is given here.
  package func publish(_ event: EventRecord) {
    loop.preconditionInEventLoop()
    var event = event
    sequence += 1
    event.sequence = sequence
    counts[event.kind, default: 0] += 1
    guard let bytes = try? JSON.encode(event) else { return }
    let line = ByteBuffer(bytes: bytes + [UInt8(ascii: "\n")])
    recent.append(line)
    if recent.count > capacity { recent.removeFirst() }
    for follower in followers.values { follower(line) }
  }

  /// The latest events, a line each.
  var history: ByteBuffer {
    var text = ByteBuffer()
    for line in recent { text.writeImmutableBuffer(line) }
    return text
  }

  /// Hands on every event from now on, until ``unfollow(_:)``.
  func follow(_ follower: @escaping Follower) -> Int {
    lastFollower += 1
    followers[lastFollower] = follower
    return lastFollower
  }

  /// Ends the following that has this number.
  func unfollow(_ number: Int) { followers[number] = nil }
}
