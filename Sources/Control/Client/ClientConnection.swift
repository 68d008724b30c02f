internal import Glibc
internal import Model

/// One request to the daemon and its answer, over a blocking socket.
///
/// It speaks HTTP/1.0, in which an answer is a head and then all that comes until the end.
struct ClientConnection: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isAtEnd = false

  /// Connects; nil as the time-out: the daemon may be silent for ever.
  init(to path: String, timeout: Duration?) throws(ControlClientError) {
    self.path = path
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw error("socket") }
    if let timeout {
      var time = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
      }
    }
    guard var address = sockaddr_un(path: path) else {
      throw .system(path: path, "the path is longer than a socket's may be")
    }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw error("connect") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Sends a request.
  func send(_ method: String, _ target: String, body: [UInt8]) throws(ControlClientError) {
    let head =
      "\(method) \(target) HTTP/1.0\r\nhost: pintle\r\ncontent-length: \(body.count)\r\n\r\n"
    var bytes = (Array(head.utf8) + body)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent < 0, errno == EINTR { continue }
      // A daemon that has heard enough answers before it has all, and closes.
      if sent < 0, errno == EPIPE || errno == ECONNRESET { return }
      guard sent >= 0 else { throw error("send") }
      bytes = bytes.dropFirst(sent)
    }
  }

  /// The answer's status, and its length where it is told.
  mutating func readHead() throws(ControlClientError) -> (status: Int, length: Int?) {
    var lines: [String] = []
    while let line = try readLine() {
      let text = String(decoding: line, as: UTF8.self)
      let trimmed = text.hasSuffix("\r") ? String(text.dropLast()) : text
      if trimmed.isEmpty { break }
      lines.append(trimmed)
    }
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw .malformed(lines.isEmpty ? "it closed without one" : "it is no HTTP")
    }
    let length = lines.dropFirst().lazy.map { $0.split(separator: ":", maxSplits: 1) }
      .first { $0.count == 2 && $0[0].lowercased() == "content-length" }
    return (status, length.flatMap { Int($0[1].drop { $0 == " " }) })
  }

  /// The next line without its line feed; nil at the end.
  mutating func readLine() throws(ControlClientError) -> [UInt8]? {
    var searched = 0
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[..<end])
        buffer.removeFirst(end + 1)
        return line
      }
      searched = buffer.count
      guard try readMore() else { return nil }
    }
  }

  /// All that is left.
  mutating func readToEnd(length: Int?) throws(ControlClientError) -> [UInt8] {
    while try readMore() {}
    if let length, buffer.count < length { throw .malformed("it ends in the middle") }
    return buffer
  }

  private mutating func readMore() throws(ControlClientError) -> Bool {
    guard !isAtEnd else { return false }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0, errno == EINTR { continue }
      // The daemon closed over what it did not read; what it said before that was read already.
      if count < 0, errno == ECONNRESET { isAtEnd = true } else if count < 0 { throw error("recv") }
      if count <= 0 {
        isAtEnd = true
        return false
      }
      buffer += chunk[..<count]
      return true
    }
  }

  private func error(_ call: String) -> ControlClientError {
    switch errno {
    case ENOENT: .notRunning(path: path)
    case ECONNREFUSED: .gone(path: path)
    case EACCES, EPERM: .notPermitted(path: path)
    case EAGAIN: .silent(path: path)
    default: .system(path: path, "\(call): \(systemErrorText(errno))")
    }
  }
}
