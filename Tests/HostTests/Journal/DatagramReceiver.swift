import CKernel
import Glibc
import Testing

/// A Unix socket that datagrams come to, as journald and the service manager have one.
struct DatagramReceiver: ~Copyable {
  let path: String
  private let descriptor: Int32

  init() throws {
    path = "/tmp/pintle-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(status == 0)
    var time = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// The next datagram; of one that is a file, what is in it, and whether it is sealed.
  func receive() throws -> (bytes: [UInt8], isSealedFile: Bool) {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    var control = [UInt8](repeating: 0, count: 64)
    let capacity = bytes.count
    let (count, controlLength) = bytes.withUnsafeMutableBytes { room in
      control.withUnsafeMutableBytes { controlRoom in
        var part = iovec(iov_base: room.baseAddress, iov_len: capacity)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = controlRoom.baseAddress
          message.msg_controllen = controlRoom.count
          return (recvmsg(descriptor, &message, 0), message.msg_controllen)
        }
      }
    }
    try #require(count >= 0, "recvmsg: \(errno)")
    guard controlLength > 0 else { return (Array(bytes[..<count]), false) }
    // struct cmsghdr: length, level and type in 16 bytes; then the descriptor.
    let file = control.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int32.self) }
    defer { close(file) }
    let length = lseek(file, 0, SEEK_END)
    var contents = [UInt8](repeating: 0, count: Int(length))
    let got = pread(file, &contents, contents.count, 0)
    let isSealed = pwrite(file, "x", 1, 0) == -1 && errno == EPERM && ftruncate(file, 0) == -1
    try #require(count == 0 && got == length)
    return (contents, isSealed)
  }
}
