internal import CKernel
internal import Glibc
package import Model

/// A raw IP socket of one protocol on one interface, which speaks to hosts on the link alone (raw(7)).
///
/// It hears what is sent to the interface's own addresses and to the group that it has joined.
package final class RawSocket {
  /// struct ipv6_mreq, the group in network order.
  private struct IPv6Membership: BitwiseCopyable {
    var group: UInt128
    var interface: Int32
  }

  /// Room for what waits: some thousand packets.
  private static let room: Int32 = 1 << 20
  /// The longest datagram: 255 IPv6 addresses, headers, and a trailer that nobody makes so long.
  private static let longest = 4608

  private let socket: FileDescriptor
  private let family: AddressFamily
  private let interface: Int32
  private var buffer = [UInt8](repeating: 0, count: RawSocket.longest)

  /// Opens a socket on an interface.
  ///
  /// TTL and hop limit are 255, the class of traffic is network control (CS6), and what it sends to a group does not
  /// come back to this host.
  /// - Parameters:
  ///   - number: the IP protocol.
  ///   - family: of which family its packets are.
  ///   - interface: its index.
  ///   - name: its name.
  /// - Throws: EPERM without CAP_NET_RAW.
  package init(
    protocol number: UInt8, _ family: AddressFamily, interface: Int32, named name: String
  ) throws(SystemError) {
    self.family = family
    self.interface = interface
    socket = try FileDescriptor(
      "socket",
      Glibc.socket(
        family == .ipv4 ? AF_INET : AF_INET6,
        Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), Int32(number)))
    guard
      unsafe setsockopt(socket.number, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count)) == 0
    else { throw SystemError("setsockopt", errno) }
    do throws(SystemError) {
      try socket.setOption(SOL_SOCKET, SO_RCVBUFFORCE, Self.room)
    } catch {
      try socket.setOption(SOL_SOCKET, SO_RCVBUF, Self.room)
    }
    switch family {
    case .ipv4: try setUpIPv4()
    case .ipv6: try setUpIPv6()
    }
    // After the class of traffic, which sets it as well.
    try socket.setOption(SOL_SOCKET, SO_PRIORITY, 6 as Int32)
  }

  private func setUpIPv4() throws(SystemError) {
    let level = Int32(IPPROTO_IP)
    try socket.setOption(level, IP_TTL, 255 as Int32)
    try socket.setOption(level, IP_MULTICAST_TTL, 255 as Int32)
    try socket.setOption(level, IP_TOS, 0xC0 as Int32)
    try socket.setOption(level, IP_MULTICAST_LOOP, 0 as Int32)
    // The default delivers what any process on the host has joined.
    try socket.setOption(level, IP_MULTICAST_ALL, 0 as Int32)
    try socket.setOption(
      level, IP_MULTICAST_IF, ip_mreqn(imr_multiaddr: .init(), imr_address: .init(), imr_ifindex: interface))
  }

  private func setUpIPv6() throws(SystemError) {
    let level = Int32(IPPROTO_IPV6)
    try socket.setOption(level, IPV6_UNICAST_HOPS, 255 as Int32)
    try socket.setOption(level, IPV6_MULTICAST_HOPS, 255 as Int32)
    try socket.setOption(level, IPV6_TCLASS, 0xC0 as Int32)
    try socket.setOption(level, IPV6_MULTICAST_LOOP, 0 as Int32)
    try socket.setOption(level, IPV6_MULTICAST_ALL, 0 as Int32)
    try socket.setOption(level, IPV6_MULTICAST_IF, interface)
    try socket.setOption(level, IPV6_RECVPKTINFO, 1 as Int32)
    try socket.setOption(level, IPV6_RECVHOPLIMIT, 1 as Int32)
  }

  /// Readable while datagrams wait.
  package var descriptor: Int32 { socket.number }

  /// Lets it send from addresses of the host's other interfaces as well, which in IPv6 takes a word.
  package func allowForeignSources() throws(SystemError) {
    guard family == .ipv6 else { return }
    try socket.setOption(Int32(IPPROTO_IPV6), IPV6_FREEBIND, 1 as Int32)
  }

  /// Hears a multicast group no more; that it did not is no failure.
  package func leave(_ group: IPAddress) {
    switch group {
    case .ipv4(let group):
      let request = ip_mreqn(
        imr_multiaddr: in_addr(s_addr: group.value.bigEndian), imr_address: .init(), imr_ifindex: interface)
      try? socket.setOption(Int32(IPPROTO_IP), IP_DROP_MEMBERSHIP, request)
    case .ipv6(let group):
      let request = IPv6Membership(group: group.value.bigEndian, interface: interface)
      try? socket.setOption(Int32(IPPROTO_IPV6), IPV6_LEAVE_GROUP, request)
    }
  }

  /// Hears what is sent to a multicast group on the interface.
  ///
  /// - Throws: EADDRINUSE where it does so already.
  package func join(_ group: IPAddress) throws(SystemError) {
    switch group {
    case .ipv4(let group):
      let request = ip_mreqn(
        imr_multiaddr: in_addr(s_addr: group.value.bigEndian), imr_address: .init(), imr_ifindex: interface)
      try socket.setOption(Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, request)
    case .ipv6(let group):
      let request = IPv6Membership(group: group.value.bigEndian, interface: interface)
      try socket.setOption(Int32(IPPROTO_IPV6), IPV6_JOIN_GROUP, request)
    }
  }

  /// Has the kernel run a program on each packet from now on, instead of the one before.
  ///
  /// - Throws: ENOMEM where net.core.optmem_max has no room for it; the one before stays then.
  package func attach(_ filter: SocketFilter) throws(SystemError) {
    let result = unsafe filter.instructions.withUnsafeBytes { program in
      var program = unsafe sock_fprog(
        len: UInt16(filter.instructions.count),
        filter: UnsafeMutablePointer(mutating: program.assumingMemoryBound(to: sock_filter.self).baseAddress))
      return unsafe setsockopt(
        socket.number, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size))
    }
    guard result == 0 else { throw SystemError("setsockopt", errno) }
  }

  /// Has every packet come through.
  package func detachFilter() {
    // It fails where there is none.
    try? socket.setOption(SOL_SOCKET, SO_DETACH_FILTER, 0 as Int32)
  }

  /// Sends a message with a source address of this host; the kernel makes the IP header.
  package func send(
    _ message: [UInt8], from source: IPAddress, to destination: IPAddress
  ) throws(SystemError) {
    let sent =
      switch (source, destination) {
      case (.ipv4(let source), .ipv4(let destination)):
        unsafe pintle_send_ipv4(
          socket.number, message, message.count, source.value.bigEndian, destination.value.bigEndian,
          interface)
      default:
        unsafe pintle_send_ipv6(
          socket.number, message, message.count, source.octets, destination.octets, interface)
      }
    guard sent >= 0 else { throw SystemError("sendmsg", errno) }
  }

  /// Takes one datagram; nil: none waits.
  ///
  /// An error that the network reported, such as ICMP's, is none of the receiver's.
  package func receive() -> RawDatagram? {
    switch family {
    case .ipv4:
      let length = unsafe recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return length < 0 ? nil : .ipv4Packet(Array(buffer[..<length]))
    case .ipv6:
      var source = UInt128()
      var destination = UInt128()
      var hopLimit: Int32 = -1
      let length = unsafe pintle_receive_ipv6(
        socket.number, &buffer, buffer.count, &source, &destination, &hopLimit)
      guard length >= 0 else { return nil }
      return .ipv6(
        source: IPv6Address(UInt128(bigEndian: source)),
        destination: IPv6Address(UInt128(bigEndian: destination)), hopLimit: UInt8(clamping: hopLimit),
        message: Array(buffer[..<min(length, buffer.count)]))
    }
  }
}
