internal import CKernel
internal import Glibc
internal import Model

/// Sends nudges by raw sockets, from addresses that need not be this host's.
///
/// They pass the packet filter on their way out, where ``PacketFilterRules`` keep the connection tracking off them: one
/// that is tracked makes the tracking forget the connection that it is to save.
package struct NudgeSender: ~Copyable {
  private let ipv4: Int32
  /// Negative where this host has no IPv6.
  private let ipv6: Int32

  /// Opens the sockets.
  ///
  /// - Throws: `EPERM` without CAP_NET_RAW.
  package init() throws(SystemError) {
    let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    // This protocol number only sends, and has the sender write the header (raw(7)).
    ipv4 = socket(AF_INET, type, Int32(IPPROTO_RAW))
    guard ipv4 >= 0 else { throw SystemError("socket", errno) }
    ipv6 = socket(AF_INET6, type, Int32(IPPROTO_RAW))
  }

  deinit {
    close(ipv4)
    if ipv6 >= 0 { close(ipv6) }
  }

  /// Sends one, without waiting.
  ///
  /// - Throws: where there is no route to the client, or no room in the queue.
  package func send(_ nudge: Nudge) throws(SystemError) {
    let bytes = nudge.datagram
    let sent: Int
    switch nudge.client.address {
    case .ipv4(let client):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = client.value.bigEndian
      sent = send(bytes, by: ipv4, to: &address)
    case .ipv6(let client):
      guard ipv6 >= 0 else { throw SystemError("socket", EAFNOSUPPORT) }
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { unsafe $0.copyBytes(from: client.octets) }
      sent = send(bytes, by: ipv6, to: &address)
    }
    guard sent == bytes.count else { throw SystemError("sendto", errno) }
  }

  private func send<Address>(
    _ bytes: [UInt8], by socket: Int32, to address: inout Address
  ) -> Int {
    unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(socket, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
