import CKernel
import Glibc
import TestSupport

/// A server: it answers each line with the name of its host and the address that it sees as its client's, and whoever
/// asks over HTTP with whether it is ready.
final class Listener: SocketOwner {
  let host: String
  let descriptor: Int32
  private var streams: [Int32: Stream] = [:]
  private let sockets: Sockets
  /// Whether it does not say that it is to end, as a kube-apiserver does.
  var isReady = true

  /// Listens on a host, and is told of its clients by the sockets.
  init(host: String, _ endpoint: String, among sockets: Sockets) throws {
    self.host = host
    self.sockets = sockets
    let address = try SocketAddress(endpoint)
    descriptor = try onHost(host) { streamSocket(for: address) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    if address.family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, 4) }
    guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 1024) == 0 else {
      throw Lab.Failure(description: "listen on \(endpoint): \(errno)")
    }
    sockets.add(descriptor, of: self)
  }

  deinit { close(descriptor) }

  /// Accepts, or reads and answers.
  func serve(_ descriptor: Int32) {
    if let stream = streams[descriptor] { return answer(stream) }
    while true {
      let descriptor = accept(self.descriptor, nil, nil)
      if descriptor < 0 { return }
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      // What a daemon inherited would not end before the daemon.
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let stream = Stream(descriptor)
      streams[descriptor] = stream
      sockets.add(descriptor, of: self)
      // What it has to say may be here already.
      answer(stream)
    }
  }

  private func answer(_ stream: Stream) {
    let before = stream.lines
    stream.serve(stream.descriptor)
    if stream.received.hasPrefix("GET ") {
      if stream.received.hasSuffix("\r\n\r\n") { stream.send(readiness) }
    } else {
      for _ in before..<stream.lines { stream.send("\(host) \(stream.peer)\n") }
    }
    if stream.end != nil { streams[stream.descriptor] = nil }
  }

  private var readiness: String {
    let (status, body) = isReady ? ("200 OK", "ok") : ("500 Internal Server Error", "[-]shutdown failed")
    return "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// Those whose client is seen as an address.
  func streams(from address: String) -> [Stream] { streams.values.filter { $0.peer == address } }

  /// Says a line to everybody, or to those who began with certain words.
  func push(_ line: String, to beginning: String = "") {
    for stream in streams.values where beginning.isEmpty || stream.received.hasPrefix(beginning) {
      stream.send(line + "\n")
    }
  }
}
