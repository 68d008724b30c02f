internal import CKernel
internal import Glibc

/// Sends whole Ethernet frames, on any interface; it receives nothing (packet(7)).
package struct PacketSocket: ~Copyable {
  private let socket: FileDescriptor

  /// Opens it.
  ///
  /// - Throws: EPERM without CAP_NET_RAW.
  package init() throws(SystemError) {
    // Protocol 0 receives nothing.
    socket = try FileDescriptor(
      "socket",
      Glibc.socket(
        AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0))
  }

  /// Sends a frame with its Ethernet header on the interface of an index.
  ///
  /// - Throws: ENETDOWN while the interface is down, ENOBUFS while its queue is full.
  package func send(_ frame: [UInt8], on interface: Int32) throws(SystemError) {
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_ifindex = interface
    let sent = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(
          socket.number, frame, frame.count, 0, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
      }
    }
    guard sent >= 0 else { throw SystemError("sendto", errno) }
  }
}
