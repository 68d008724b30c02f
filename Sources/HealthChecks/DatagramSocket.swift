import Glibc
import Model
import NIOCore

/// A socket for datagrams that hears from one server only, and of what the network says about that server.
struct DatagramSocket {
  /// What it speaks.
  enum Kind {
    case udp
    /// ICMP or ICMPv6 echo, by a socket that the kernel lends to everybody in `net.ipv4.ping_group_range`.
    case echo
    /// ICMP or ICMPv6 as a whole, which takes CAP_NET_RAW.
    case raw
  }

  /// The open descriptor, which does not block; whoever takes it closes it.
  let descriptor: Int32

  /// Opens a socket.
  ///
  /// - Parameters:
  ///   - kind: what it speaks.
  ///   - server: whom it speaks to; the port does not matter to ICMP.
  ///   - source: the address that it speaks from; nil: the system's choice.
  /// - Throws: ``ProbeFailure`` where the system refuses it.
  init(_ kind: Kind, to server: Endpoint, from source: IPAddress?) throws(ProbeFailure) {
    let isIPv4 = server.address.family == .ipv4
    let icmp = isIPv4 ? Int32(IPPROTO_ICMP) : Int32(IPPROTO_ICMPV6)
    let (type, transport) =
      switch kind {
      case .udp: (SOCK_DGRAM, Int32(IPPROTO_UDP))
      case .echo: (SOCK_DGRAM, icmp)
      case .raw: (SOCK_RAW, icmp)
      }
    let flags = Int32(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    descriptor = socket(isIPv4 ? AF_INET : AF_INET6, flags, transport)
    guard descriptor >= 0 else {
      if kind == .raw, errno == EPERM {
        throw .misconfigured("a ping takes CAP_NET_RAW, or a group in net.ipv4.ping_group_range")
      }
      throw ProbeFailure(systemError: errno, in: .connect)
    }
    do {
      if let source { try call(Glibc.bind, with: Endpoint(source, port: 0)) }
      try call(Glibc.connect, with: server)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private func call(
    _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, with endpoint: Endpoint
  ) throws(ProbeFailure) {
    let address: SocketAddress
    do {
      address = try SocketAddress(endpoint)
    } catch {
      throw ProbeFailure(error, in: .connect)
    }
    let status = address.withSockAddr { function(descriptor, $0, socklen_t($1)) }
    guard status == 0 else { throw ProbeFailure(systemError: errno, in: .connect) }
  }
}
