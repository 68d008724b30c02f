import CKernel
import Glibc
import TestSupport

/// Many connections at once, both ends of them: on every other one the server talks, the rest is silent until it is asked.
///
/// A word is one byte, and one at a time is under way. There are thousands of them, and an emulator is slow: no text, no
/// allocation, and the kernel says who has something to read.
final class Crowd {
  /// A connection.
  private struct Seat {
    let client: Int32
    var server: Int32 = -1
    /// Since when a word is under way.
    var asked: ContinuousClock.Instant?
    /// The longest that a word was under way.
    var longest = Duration.zero
    /// Whether a word arrived that was sent since the last call of the roll.
    var hasAnswered = false
    /// Why it ended; 0: it was closed.
    var end: Int32?
    /// Whether the server has greeted.
    var isSeated = false
  }

  /// Who has something to read, and at which place.
  private enum Role: UInt64 {
    case listener, stranger, server, client

    func callAsFunction(_ index: Int32) -> UInt64 { rawValue << 32 | UInt64(UInt32(bitPattern: index)) }
  }

  /// How many may be connecting at a time.
  private static let rush = 50

  /// Readable when there is something to do.
  let descriptor: Int32
  private let host: String
  private let address: SocketAddress
  private let size: Int
  private let beat: Duration
  private var listeners: [Int32] = []
  private var strangers: Set<Int32> = []
  private var seats: [Seat] = []
  private var seated = 0
  private var rollCall = ContinuousClock.now
  /// Whose turn it is to be talked to, and since when turns are counted.
  private var turns = 0
  private var start: ContinuousClock.Instant?
  private var events = [epoll_event](repeating: epoll_event(), count: 256)
  private var buffer = [UInt8](repeating: 0, count: 64)

  /// Connects from a host to an endpoint, behind which are the servers; on every other connection its server says a word at
  /// every beat.
  init(_ host: String, to endpoint: String, servers: [String], size: Int, every beat: Duration) throws {
    self.host = host
    self.size = size
    self.beat = beat
    address = try SocketAddress(endpoint)
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    let own = try SocketAddress("0.0.0.0:6443")
    for server in servers {
      let listener = try onHost(server) { Self.socket() }
      var yes: Int32 = 1
      setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
      guard own.withPointer({ bind(listener, $0, $1) }) == 0, listen(listener, 4096) == 0 else {
        throw Lab.Failure(description: "listen on \(server): \(errno)")
      }
      listeners.append(listener)
      watch(listener, EPOLLIN, Role.listener(listener))
    }
  }

  deinit {
    for descriptor in listeners + Array(strangers) { close(descriptor) }
    for seat in seats {
      close(seat.client)
      if seat.server >= 0 { close(seat.server) }
    }
    close(descriptor)
  }

  // MARK: - What is

  /// How many the servers have greeted.
  var greeted: Int { seated }
  /// How many have answered the last call of the roll.
  var answered: Int { seats.count { $0.hasAnswered && $0.end == nil } }
  /// Of those that are talked to, the longest that each had to wait for a word that was said, in order.
  var stalls: [Duration] {
    let now = ContinuousClock.now
    return seats.indices.filter { Self.isTalkedTo($0) }.map { index in
      max(seats[index].longest, seats[index].asked.map { now - $0 } ?? .zero)
    }.sorted()
  }

  /// Why connections ended, and how many did.
  var ends: [Int32: Int] { Dictionary(seats.compactMap { $0.end.map { ($0, 1) } }, uniquingKeysWith: +) }

  /// Forgets how long words were under way.
  func forget() { for index in seats.indices { seats[index].longest = .zero } }

  /// Has each say something, the client where the server does not.
  func callTheRoll() {
    rollCall = .now
    for index in seats.indices {
      seats[index].hasAnswered = false
      if !Self.isTalkedTo(index) { say(index, from: seats[index].client, at: rollCall) }
    }
  }

  private static func isTalkedTo(_ index: Int) -> Bool { index % 2 == 1 }

  // MARK: - What happens

  /// Does what there is to do, without waiting.
  func turn() throws {
    if seats.count < size { try connect() }
    talk(.now)
    let count = epoll_wait(descriptor, &events, Int32(events.count), 0)
    guard count > 0 else { return }
    let now = ContinuousClock.now
    for event in events[..<Int(count)] {
      let index = Int32(truncatingIfNeeded: event.data.u64)
      switch Role(rawValue: event.data.u64 >> 32) {
      case .listener: accept(index)
      case .stranger: meet(index)
      case .server: serve(Int(index))
      case .client: hear(Int(index), event.events, now)
      case nil: break
      }
    }
  }

  private func connect() throws {
    let count = min(Self.rush - (seats.count - seated), size - seats.count)
    guard count > 0 else { return }
    for client in try onHost(host, { (0..<count).map { _ in Self.socket() } }) {
      guard client >= 0 else { throw Lab.Failure(description: "socket: \(errno)") }
      watch(client, EPOLLOUT, Role.client(Int32(seats.count)))
      var seat = Seat(client: client)
      if address.withPointer({ Glibc.connect(client, $0, $1) }) < 0, errno != EINPROGRESS { seat.end = errno }
      seats.append(seat)
    }
  }

  private func talk(_ now: ContinuousClock.Instant) {
    guard seated == size else { return }
    let start = self.start ?? now
    self.start = start
    let due = Int((now - start) / beat * Double(size / 2))
    while turns < due {
      let index = turns % (size / 2) * 2 + 1
      turns += 1
      if seats[index].server >= 0 { say(index, from: seats[index].server, at: now) }
    }
  }

  private func say(_ index: Int, from descriptor: Int32, at now: ContinuousClock.Instant) {
    guard seats[index].asked == nil, seats[index].end == nil else { return }
    var word: UInt8 = 0
    guard send(descriptor, &word, 1, Int32(MSG_NOSIGNAL)) == 1 else { return finish(index, errno) }
    seats[index].asked = now
  }

  private func accept(_ listener: Int32) {
    while true {
      let stranger = Glibc.accept(listener, nil, nil)
      if stranger < 0 { return }
      _ = fcntl(stranger, F_SETFL, O_NONBLOCK)
      _ = fcntl(stranger, F_SETFD, FD_CLOEXEC)
      strangers.insert(stranger)
      watch(stranger, EPOLLIN, Role.stranger(stranger))
    }
  }

  /// Somebody says which connection it is of; a health check says nothing and goes.
  private func meet(_ stranger: Int32) {
    var index: UInt32 = 0
    let count = recv(stranger, &index, 4, 0)
    if count < 0, errno == EAGAIN { return }
    strangers.remove(stranger)
    guard count == 4, index < seats.count else {
      close(stranger)
      return
    }
    seats[Int(index)].server = stranger
    watch(stranger, EPOLLIN, Role.server(Int32(index)), isNew: false)
    send(stranger, &index, 1, Int32(MSG_NOSIGNAL))
  }

  private func serve(_ index: Int) {
    let count = recv(seats[index].server, &buffer, buffer.count, 0)
    if count > 0 {
      send(seats[index].server, &buffer, count, Int32(MSG_NOSIGNAL))
    } else if count == 0 || errno != EAGAIN {
      finish(index, count == 0 ? 0 : errno)
    }
  }

  private func hear(_ index: Int, _ what: UInt32, _ now: ContinuousClock.Instant) {
    let client = seats[index].client
    if what & EPOLLOUT.rawValue != 0, what & EPOLLERR.rawValue == 0 {
      var number = UInt32(index)
      send(client, &number, 4, Int32(MSG_NOSIGNAL))
      watch(client, EPOLLIN, Role.client(Int32(index)), isNew: false)
      return
    }
    let count = recv(client, &buffer, buffer.count, 0)
    guard count > 0 else {
      if count == 0 || errno != EAGAIN { finish(index, count == 0 ? 0 : errno) }
      return
    }
    if !seats[index].isSeated {
      seats[index].isSeated = true
      seated += 1
    }
    guard let asked = seats[index].asked else { return }
    seats[index].asked = nil
    if asked >= rollCall { seats[index].hasAnswered = true }
    if now - asked > seats[index].longest { seats[index].longest = now - asked }
  }

  private func finish(_ index: Int, _ why: Int32) {
    guard seats[index].end == nil else { return }
    seats[index].end = why
    for descriptor in [seats[index].client, seats[index].server] where descriptor >= 0 {
      epoll_ctl(self.descriptor, EPOLL_CTL_DEL, descriptor, nil)
    }
  }

  private func watch(_ descriptor: Int32, _ what: EPOLL_EVENTS, _ role: UInt64, isNew: Bool = true) {
    var event = epoll_event()
    event.events = what.rawValue
    event.data.u64 = role
    epoll_ctl(self.descriptor, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event)
  }

  private static func socket() -> Int32 {
    Glibc.socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }
}
