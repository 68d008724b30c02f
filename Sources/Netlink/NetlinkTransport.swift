/// A way to the kernel's generic netlink and back.
///
/// ``NetlinkSocket`` is the real one; tests bring a kernel of their own.
package protocol NetlinkTransport: ~Copyable {
  /// The number of a family, by its name; asking loads the kernel module behind it.
  ///
  /// - Throws: ``NetlinkError/noSuchFamily(_:)`` where there is no such module.
  mutating func resolveFamily(_ name: String) throws(NetlinkError) -> UInt16

  /// Sends messages as one datagram; the kernel has worked through them all when this returns.
  mutating func send(_ bytes: [UInt8]) throws(NetlinkError)

  /// Receives one datagram into `buffer` and returns its length in bytes.
  ///
  /// - Throws: ``NetlinkError/timedOut`` after the time-out, ``NetlinkError/answersLost`` on ENOBUFS.
  mutating func receive(into buffer: inout [UInt8]) throws(NetlinkError) -> Int

  /// Throws away all that waits to be received.
  mutating func drain() throws(NetlinkError)
}
