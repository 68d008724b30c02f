internal import Glibc
internal import Model

/// The connections that the kernel forwards, in its own text: netlink has no command for them.
public enum ConnectionTable {
  /// What a look at the connections found.
  public struct Look: Hashable, Sendable {
    /// Those that are wanted, in the kernel's order, each with where it comes from.
    public var connections: [Connection]
    /// Whether the kernel listed all that it has within the time.
    public var isWhole: Bool
  }

  /// Looks for connections that are wanted, for a limited time.
  ///
  /// The file is read in pieces, and what is not wanted is kept nowhere: there may be hundreds of thousands, whoever
  /// opens them. For each page of the list an older kernel walks over all that stands before it, so that the time grows
  /// with the square of their number. It counts them on its way: when one ends meanwhile, the next page begins one too far,
  /// and somebody is passed over. So a list of several pages is read twice, if there is the time.
  /// - Parameters:
  ///   - states: the states that it may have, by the kernel's names. A director has far more connections that have ended
  ///     than others, and they are passed over.
  ///   - limit: after which it goes on with what it has.
  ///   - again: how long the first reading may take for a second one, without which somebody may be passed over.
  ///   - isWanted: whether a connection is one to be kept.
  ///   - found: hears what a reading has found that none before has, as soon as it is over.
  /// - Returns: all that were found.
  /// - Throws: ``IPVSError`` with the kernel's error number.
  public static func look(
    in states: Set<String>, within limit: Duration, againAfter again: Duration,
    where isWanted: (Connection) -> Bool, found: ([Connection]) -> Void = { _ in }
  ) throws(IPVSError) -> Look {
    let start = ContinuousClock.now
    var (look, pages) = try read(in: states, until: start + limit, where: isWanted)
    found(look.connections)
    guard look.isWhole, pages > 1, ContinuousClock.now - start < again else { return look }
    let again = try read(in: states, until: start + limit, where: isWanted).look
    let known = Set(look.connections.map(Key.init))
    let passedOver = again.connections.filter { !known.contains(Key($0)) }
    if !passedOver.isEmpty { found(passedOver) }
    look.connections += passedOver
    return look
  }

  /// What tells a connection from others.
  private struct Key: Hashable {
    let transport: TransportProtocol
    let client: Endpoint
    let service: Endpoint

    init(_ connection: Connection) {
      transport = connection.transport
      client = connection.client
      service = connection.service
    }
  }

  private static func read(
    in states: Set<String>, until deadline: ContinuousClock.Instant, where isWanted: (Connection) -> Bool
  ) throws(IPVSError) -> (look: Look, pages: Int) {
    let path = "/proc/net/ip_vs_conn_sync"
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno, path) }
    defer { close(descriptor) }

    let states = states.map { " \($0) " }
    var connections: [Connection] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var filled = 0
    var pages = 0
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
        return unsafe Glibc.read(descriptor, free.baseAddress, free.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno, path)
      }
      if count == 0 { return (Look(connections: connections, isWhole: true), pages) }
      pages += 1
      filled += count
      filled = take(&connections, from: &buffer, filled: filled, in: states, where: isWanted)
      // No line is that long.
      if filled == buffer.count { filled = 0 }
      if ContinuousClock.now > deadline {
        return (Look(connections: connections, isWhole: false), pages)
      }
    }
  }

  /// Reads the whole lines, moves what is left of a line to the front, and returns its length.
  private static func take(
    _ connections: inout [Connection], from buffer: inout [UInt8], filled: Int, in states: [String],
    where isWanted: (Connection) -> Bool
  ) -> Int {
    var start = 0
    while let length = length(ofLineAt: start, in: &buffer, filled: filled, states: states) {
      if length.isWanted,
        let connection = Connection(utf8: buffer.span.extracting(start..<start + length.count)),
        isWanted(connection)
      {
        connections.append(connection)
      }
      start += length.count + 1
    }
    buffer.replaceSubrange(0..<filled - start, with: Array(buffer[start..<filled]))
    return filled - start
  }

  /// How long the line is that begins somewhere, and whether one of the words stands in it; nil: its end is not here yet.
  private static func length(
    ofLineAt start: Int, in buffer: inout [UInt8], filled: Int, states: [String]
  ) -> (count: Int, isWanted: Bool)? {
    unsafe buffer.withUnsafeMutableBytes { bytes in
      guard let line = unsafe bytes.baseAddress?.advanced(by: start),
        let end = unsafe memchr(line, 0x0A, filled - start)
      else { return nil }
      // For the C library it ends here.
      unsafe end.storeBytes(of: 0, as: UInt8.self)
      let text = unsafe line.assumingMemoryBound(to: CChar.self)
      return (unsafe end - line, states.contains { unsafe strstr(text, $0) != nil })
    }
  }

  private static func failure(_ number: Int32, _ path: String) -> IPVSError {
    IPVSError(.readConnections, path, .refused(errno: number), errno: number)
  }
}
