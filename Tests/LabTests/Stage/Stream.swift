import CKernel
import Glibc
import Model
import TestSupport

/// One end of a TCP connection on a host of the stage, without waiting.
final class Stream {
  /// How it ended.
  enum End: Hashable {
    case closed
    case failed(Int32)
  }

  let descriptor: Int32
  /// What came.
  private(set) var received = ""
  /// How it ended; nil: it stands, or is being made.
  private(set) var end: End?
  /// When something came, or the end.
  private(set) var heard = ContinuousClock.now
  private var unsent = ""
  /// What it waits for.
  var interest: pollfd {
    pollfd(fd: descriptor, events: Int16(unsent.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0)
  }

  /// Takes over a socket.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Begins to connect from a host.
  init(host: String, to endpoint: String) throws {
    let address = try SocketAddress(endpoint)
    descriptor = try onHost(host) {
      socket(
        address.family,
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }
    guard descriptor >= 0 else { throw Lab.Failure(description: "socket: \(errno)") }
    let result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
    if result < 0, errno != EINPROGRESS { end = .failed(errno) }
  }

  deinit { close(descriptor) }

  /// The name that the server's host gave.
  var name: String? { answer.first.map(String.init) }

  /// The address that the server sees as its client's.
  var source: String? { answer.dropFirst().first.map(String.init) }

  private var answer: [Substring] {
    received.split(separator: "\n").first.map { $0.split(separator: " ") } ?? []
  }

  /// How many lines came.
  var lines: Int { received.utf8.count { $0 == UInt8(ascii: "\n") } }

  /// The other end's address.
  private(set) lazy var peer: String = {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let octets = withUnsafeMutableBytes(of: &address) { bytes -> [UInt8] in
      guard let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
        getpeername(descriptor, pointer, &length) == 0
      else { return [] }
      return Array(pointer.pointee.sa_family == sa_family_t(AF_INET) ? bytes[4..<8] : bytes[8..<24])
    }
    return IPAddress(octets: octets)?.description ?? "nobody"
  }()

  /// Sends, as soon as there is a connection.
  func send(_ text: String) {
    unsent += text
    flush()
  }

  /// Takes what has come.
  func receive() {
    guard end == nil else { return }
    flush()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while end == nil {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 {
        received += String(decoding: buffer[..<count], as: UTF8.self)
        heard = .now
      } else if count == 0 {
        finish(.closed)
      } else if errno == EAGAIN || errno == ENOTCONN {
        return
      } else {
        finish(.failed(errno))
      }
    }
  }

  private func flush() {
    guard !unsent.isEmpty, end == nil else { return }
    let bytes = Array(unsent.utf8)
    let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if count == bytes.count { unsent = "" }
    if count < 0, errno != EAGAIN, errno != ENOTCONN { finish(.failed(errno)) }
  }

  private func finish(_ end: End) {
    self.end = end
    heard = .now
  }
}

/// A server: it answers each line with the name of its host and the address that it sees as its client's, and whoever
/// asks over HTTP with whether it is ready.
final class Listener {
  let host: String
  let descriptor: Int32
  private(set) var streams: [Stream] = []
  /// Whether it does not say that it is to end, as a kube-apiserver does.
  var isReady = true

  init(host: String, _ endpoint: String) throws {
    self.host = host
    let address = try SocketAddress(endpoint)
    descriptor = try onHost(host) {
      socket(
        address.family,
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    if address.family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, 4) }
    guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 1024) == 0 else {
      throw Lab.Failure(description: "listen on \(endpoint): \(errno)")
    }
  }

  deinit { close(descriptor) }

  /// Accepts, reads and answers, where there is something to.
  func serve(_ ready: Set<Int32>) {
    var ready = ready
    while ready.contains(self.descriptor) {
      let descriptor = accept(self.descriptor, nil, nil)
      if descriptor < 0 { break }
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      streams.append(Stream(descriptor))
      // What it has to say may be here already.
      ready.insert(descriptor)
    }
    var ended = false
    for stream in streams where ready.contains(stream.descriptor) {
      let before = stream.received.utf8.count
      stream.receive()
      if stream.received.hasPrefix("GET ") {
        if stream.received.hasSuffix("\r\n\r\n") { stream.send(readiness) }
      } else {
        let lines = stream.received.utf8.dropFirst(before).count { $0 == UInt8(ascii: "\n") }
        for _ in 0..<lines { stream.send("\(host) \(stream.peer)\n") }
      }
      ended = ended || stream.end != nil
    }
    if ended { streams.removeAll { $0.end != nil } }
  }

  private var readiness: String {
    let (status, body) = isReady ? ("200 OK", "ok") : ("500 Internal Server Error", "[-]shutdown failed")
    return "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// Those whose client is seen as an address.
  func streams(from address: String) -> [Stream] { streams.filter { $0.peer == address } }

  /// Says a line to everybody, or to those who began with certain words.
  func push(_ line: String, to beginning: String = "") {
    for stream in streams where beginning.isEmpty || stream.received.hasPrefix(beginning) {
      stream.send(line + "\n")
    }
  }
}

/// setns(2), which the C library shows only to those who ask for GNU's extensions.
private typealias SetNS = @convention(c) (Int32, Int32) -> Int32

/// Runs something in the network namespace of a host; sockets made there stay there.
func onHost<Result>(_ host: String, _ body: () -> Result) throws -> Result {
  let own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
  let other = open("/run/netns/\(host)", O_RDONLY | O_CLOEXEC)
  defer {
    close(own)
    close(other)
  }
  guard let setns = unsafeBitCast(dlsym(nil, "setns"), to: SetNS?.self) else {
    throw Lab.Failure(description: "no setns")
  }
  // Only network namespaces are entered so.
  guard setns(other, 0) == 0 else { throw Lab.Failure(description: "setns \(host): \(errno)") }
  defer { _ = setns(own, 0) }
  return body()
}
