internal import CKernel
internal import Glibc

/// A netlink socket: libnl opens, binds and resolves; the bytes are ours.
///
/// libnl's own message functions fold the kernel's error numbers into fewer of their own, so that "no such service"
/// and "no such server" become one; requests and answers therefore pass by them.
@safe
package struct NetlinkSocket: ~Copyable, NetlinkTransport {
  /// The part of the kernel at the other end (netlink(7)).
  package enum Peer: Sendable {
    /// NETLINK_GENERIC: whatever has a family's name, IPVS among them.
    case generic
    /// NETLINK_ROUTE: links and addresses.
    case route
    /// NETLINK_NETFILTER: the packet filter.
    case packetFilter
    /// NETLINK_SOCK_DIAG: the sockets of processes (sock_diag(7)).
    case sockets
  }

  private let handle: OpaquePointer
  /// The socket, for those who wait until it has something.
  package let descriptor: Int32

  /// Opens a socket whose answers are waited for no longer than `receiveTimeout`.
  ///
  /// It acts on the network namespace of the calling thread.
  /// - Throws: ``NetlinkError/system(call:errno:)``
  package init(_ peer: Peer = .generic, receiveTimeout: Duration) throws(NetlinkError) {
    let handle = unsafe try Self.open(peer, receiveTimeout: receiveTimeout)
    unsafe self.handle = handle
    descriptor = unsafe nl_socket_get_fd(handle)
  }

  deinit {
    unsafe nl_socket_free(handle)
  }

  /// The number of a family, by its name; asking loads the kernel module behind it.
  package mutating func resolveFamily(_ name: String) throws(NetlinkError) -> UInt16 {
    let family = unsafe genl_ctrl_resolve(handle, name)
    guard family >= 0 else {
      if family == -NLE_AGAIN { throw .timedOut }
      throw .noSuchFamily(name)
    }
    return UInt16(family)
  }

  /// Sends messages as one datagram; the kernel has worked through them all when this returns.
  package mutating func send(_ bytes: [UInt8]) throws(NetlinkError) {
    while unsafe Glibc.send(descriptor, bytes, bytes.count, 0) < 0 {
      guard errno == EINTR else { throw .system(call: "send", errno: errno) }
    }
  }

  /// Receives one datagram into `buffer` and returns its length in bytes.
  package mutating func receive(into buffer: inout [UInt8]) throws(NetlinkError) -> Int {
    try receive(into: &buffer, flags: 0)
  }

  /// Receives one datagram if there is one.
  ///
  /// - Throws: ``NetlinkError/timedOut`` where there is none, ``NetlinkError/answersLost`` where some were lost.
  package mutating func receiveWaiting(into buffer: inout [UInt8]) throws(NetlinkError) -> Int {
    try receive(into: &buffer, flags: Int32(MSG_DONTWAIT))
  }

  /// Has the kernel send what happens in a multicast group as well, such as RTNLGRP_LINK.
  package mutating func subscribe(to group: UInt32) throws(NetlinkError) {
    try Self.set(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
  }

  /// Makes room for so many bytes that wait to be received; without CAP_NET_ADMIN only as many as the host allows.
  package mutating func makeRoom(_ bytes: Int32) {
    do throws(NetlinkError) {
      try Self.set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, bytes)
    } catch {
      // What the host allows is better than nothing, and lost messages are noticed.
      try? Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, bytes)
    }
  }

  /// Throws away all that waits to be received.
  package mutating func drain() throws(NetlinkError) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      do throws(NetlinkError) {
        _ = try receive(into: &buffer, flags: Int32(MSG_DONTWAIT))
      } catch .timedOut {
        return
      } catch .answersLost, .malformed {
        continue
      }
    }
  }

  private mutating func receive(into buffer: inout [UInt8], flags: Int32) throws(NetlinkError) -> Int {
    while true {
      // With MSG_TRUNC the kernel tells the datagram's true length, so that a cut one cannot pass for a whole one.
      let length = unsafe recv(descriptor, &buffer, buffer.count, flags | Int32(MSG_TRUNC))
      if length > buffer.count { throw .malformed(.truncated(needed: length, available: buffer.count)) }
      if length >= 0 { return length }
      switch errno {
      case EINTR: continue
      case EAGAIN: throw .timedOut
      case ENOBUFS: throw .answersLost
      default: throw .system(call: "recv", errno: errno)
      }
    }
  }

  private static func open(_ peer: Peer, receiveTimeout: Duration) throws(NetlinkError) -> OpaquePointer {
    guard let handle = unsafe nl_socket_alloc() else {
      throw .system(call: "nl_socket_alloc", errno: ENOMEM)
    }
    do throws(NetlinkError) {
      let number =
        switch peer {
        case .generic: NETLINK_GENERIC
        case .route: NETLINK_ROUTE
        case .packetFilter: NETLINK_NETFILTER
        case .sockets: NETLINK_SOCK_DIAG
        }
      guard unsafe nl_connect(handle, number) == 0 else { throw .system(call: "nl_connect", errno: errno) }
      // Room for the answers of several batches: an acknowledgement costs 768 bytes of it.
      _ = unsafe nl_socket_set_buffer_size(handle, 1 << 20, 1 << 17)
      let descriptor = unsafe nl_socket_get_fd(handle)
      // An error's answer without the request that it answers.
      try set(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, 1 as Int32)
      let (seconds, attoseconds) = receiveTimeout.components
      try set(
        descriptor, SOL_SOCKET, SO_RCVTIMEO,
        timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000)))
      return unsafe handle
    } catch {
      unsafe nl_socket_free(handle)
      throw error
    }
  }

  private static func set<Value: BitwiseCopyable>(
    _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Value
  ) throws(NetlinkError) {
    var value = value
    guard unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Value>.size)) == 0
    else {
      throw .system(call: "setsockopt", errno: errno)
    }
  }
}
