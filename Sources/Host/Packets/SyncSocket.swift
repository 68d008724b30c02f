internal import CKernel
internal import Glibc

/// Sends to the multicast group of the kernels' connection synchronisation, 224.0.0.81, port 8848 (`ip_vs_sync.c`).
///
/// What it sends goes one hop far, and does not come back to this host.
package struct SyncSocket: ~Copyable {
  private static let group: UInt32 = 0xE000_0051
  private static let port: UInt16 = 8848

  private let socket: FileDescriptor

  /// Opens a socket that sends on an interface.
  ///
  /// - Throws: ENODEV where there is no such interface, ENETUNREACH where it is down.
  package init(interface: String) throws(SystemError) {
    let socket = try FileDescriptor(
      "socket",
      Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0))
    let index = unsafe if_nametoindex(interface)
    guard index != 0 else { throw SystemError("if_nametoindex", errno) }
    let level = Int32(IPPROTO_IP)
    try socket.setOption(level, IP_MULTICAST_LOOP, 0 as Int32)
    try socket.setOption(
      level, IP_MULTICAST_IF,
      ip_mreqn(imr_multiaddr: .init(), imr_address: .init(), imr_ifindex: Int32(index)))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = Self.group.bigEndian
    address.sin_port = Self.port.bigEndian
    let number = socket.number
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw SystemError("connect", errno) }
    self.socket = socket
  }

  /// Sends a datagram, without waiting.
  ///
  /// - Throws: where the interface is down, or has no room in its queue.
  package func send(_ datagram: [UInt8]) throws(SystemError) {
    guard unsafe Glibc.send(socket.number, datagram, datagram.count, 0) == datagram.count else {
      throw SystemError("send", errno)
    }
  }
}
