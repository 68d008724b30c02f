internal import Glibc
internal import Model

/// The connections that the kernel forwards, in its own text: netlink has no command for them.
public enum ConnectionTable {
  /// The connections that are wanted, in the kernel's order, each with where it comes from.
  ///
  /// The file is read in pieces, and what is not wanted is kept nowhere: there may be hundreds of thousands.
  /// - Throws: ``IPVSError`` with the kernel's error number.
  public static func connections(
    where isWanted: (Connection) -> Bool
  ) throws(IPVSError) -> [Connection] {
    let path = "/proc/net/ip_vs_conn_sync"
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno, path) }
    defer { close(descriptor) }

    var connections: [Connection] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var filled = 0
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
        return unsafe read(descriptor, free.baseAddress, free.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno, path)
      }
      if count == 0 { return connections }
      filled += count
      filled = take(&connections, from: &buffer, filled: filled, where: isWanted)
      // No line is that long.
      if filled == buffer.count { filled = 0 }
    }
  }

  /// Reads the whole lines, moves what is left of a line to the front, and returns its length.
  private static func take(
    _ connections: inout [Connection], from buffer: inout [UInt8], filled: Int,
    where isWanted: (Connection) -> Bool
  ) -> Int {
    var start = 0
    while let end = buffer[start..<filled].firstIndex(of: UInt8(ascii: "\n")) {
      if let connection = Connection(utf8: buffer.span.extracting(start..<end)), isWanted(connection) {
        connections.append(connection)
      }
      start = end + 1
    }
    let rest = filled - start
    for index in 0..<rest { buffer[index] = buffer[start + index] }
    return rest
  }

  private static func failure(_ number: Int32, _ path: String) -> IPVSError {
    IPVSError(.readConnections, path, .refused(errno: number), errno: number)
  }
}
