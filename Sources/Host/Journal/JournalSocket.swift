internal import CKernel
internal import Glibc
internal import Synchronization

/// The way to journald.
///
/// It never waits: an entry that journald has no room for is dropped and counted. Any thread may send.
package final class JournalSocket: Sendable {
  /// Where journald listens.
  package static let path = "/run/systemd/journal/socket"

  private let path: String
  private let socket: FileDescriptor
  private let dropped = Atomic<UInt64>(0)

  /// Opens the way to a journal; it need not be there yet.
  ///
  /// - Throws: where there is no descriptor left.
  package init(_ path: String = JournalSocket.path) throws(SystemError) {
    self.path = path
    socket = try FileDescriptor(
      "socket", Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    // As large as the kernel permits; what it does not permit, it cuts.
    try socket.setOption(SOL_SOCKET, SO_SNDBUF, Int32(8 << 20))
  }

  /// How many entries were lost so far.
  package var dropCount: UInt64 { dropped.load(ordering: .relaxed) }

  /// Sends an entry.
  ///
  /// - Returns: whether journald has it.
  @discardableResult
  package func send(_ entry: JournalEntry) -> Bool {
    guard var address = UnixAddress.make(path) else { return false }
    let isSent =
      switch sendDatagram(entry.bytes, to: &address) {
      case EMSGSIZE: sendFile(entry.bytes, to: &address)
      case let number: number == 0
      }
    if !isSent { dropped.add(1, ordering: .relaxed) }
    return isSent
  }

  /// The error's number; 0: it is sent.
  private func sendDatagram(_ bytes: [UInt8], to address: inout sockaddr_un) -> Int32 {
    let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
    let sent = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(
          socket.number, bytes, bytes.count, flags, address, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return sent == bytes.count ? 0 : errno
  }

  /// What is too large for a datagram goes as a file in memory that nobody can change any more.
  private func sendFile(_ bytes: [UInt8], to address: inout sockaddr_un) -> Bool {
    do {
      let file = try FileDescriptor("memfd_create", unsafe memfd_create("pintle-journal", 3))
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = unsafe rest.withUnsafeBytes { unsafe write(file.number, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return false }
        rest = rest.dropFirst(written)
      }
      guard pintle_seal(file.number) == 0 else { return false }
      return unsafe pintle_send_file(
        socket.number, &address, socklen_t(MemoryLayout<sockaddr_un>.size), file.number) == 0
    } catch {
      return false
    }
  }
}
