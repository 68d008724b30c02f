import CKernel
import Glibc
import Model
import TestSupport

/// One end of a TCP connection on a host of the stage, without waiting.
final class Stream: SocketOwner {
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
  /// How many lines came.
  private(set) var lines = 0
  private var unsent = ""

  /// Takes over a socket, which does not block.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Begins to connect over a socket, which does not block, and takes it over.
  init(_ descriptor: Int32, to address: SocketAddress) {
    self.descriptor = descriptor
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

  /// Sends what is left, and takes what has come.
  func serve(_: Int32) {
    guard end == nil else { return }
    flush()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while end == nil {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 {
        received += String(decoding: buffer[..<count], as: UTF8.self)
        for byte in buffer[..<count] where byte == UInt8(ascii: "\n") { lines += 1 }
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
