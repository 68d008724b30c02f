import Glibc
import Model

/// A socket on 127.0.0.1 in a state that no server framework allows.
final class RawListener {
  struct Failure: Error {
    var errno: Int32
  }

  /// Its address.
  let endpoint: Endpoint

  private var sockets: [Int32]

  /// A port that is taken, but that nobody listens on.
  static func refusing() throws -> RawListener {
    try RawListener()
  }

  /// A listener whose queue is full, so that the kernel drops every SYN.
  static func deaf() throws -> RawListener {
    let listener = try RawListener()
    guard listen(listener.sockets[0], 0) == 0 else { throw Failure(errno: errno) }
    // A backlog of 0 holds one connection.
    let first = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listener.sockets.append(first)
    guard withAddress(port: listener.endpoint.port, { connect(first, $0, $1) }) == 0 else {
      throw Failure(errno: errno)
    }
    return listener
  }

  private init() throws {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard withAddress(port: 0, { bind(socket, $0, $1) }) == 0 else { throw Failure(errno: errno) }
    sockets = [socket]

    var bound = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &bound) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    endpoint = Endpoint(.ipv4(IPv4Address(127, 0, 0, 1)), port: UInt16(bigEndian: bound.sin_port))
  }

  deinit {
    for socket in sockets { close(socket) }
  }
}

private func withAddress(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  let length = socklen_t(MemoryLayout<sockaddr_in>.size)
  return withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
  }
}
