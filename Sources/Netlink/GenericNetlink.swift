internal import CKernel

/// A conversation with one generic netlink family: batches of requests, and dumps.
package struct GenericNetlink: ~Copyable {
  /// One request: a command, and who writes its attributes.
  package struct Request {
    /// The family's number of the command.
    package var command: UInt8
    /// Writes the attributes.
    package var attributes: (inout MessageWriter) -> Void

    /// Joins a command and its attributes.
    package init(command: UInt8, attributes: @escaping (inout MessageWriter) -> Void = { _ in }) {
      self.command = command
      self.attributes = attributes
    }
  }

  /// How many requests go into one send: few enough that even an error for each fits the receive buffer.
  package static let batchSize = 64

  private var transport: any NetlinkTransport & ~Copyable
  private let family: UInt16
  private let version: UInt8
  private var sequence: UInt32 = 0
  private var writer = MessageWriter()
  /// The kernel fills datagrams of a dump up to 32 KiB; a smaller buffer would lose entries.
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// Resolves a family's name over the transport, which loads the kernel module behind it.
  package init(
    family name: String, version: UInt8, over transport: consuming any NetlinkTransport & ~Copyable
  ) throws(NetlinkError) {
    family = try transport.resolveFamily(name)
    self.transport = transport
    self.version = version
  }

  /// Has the kernel carry out requests in their order, ``batchSize`` per send; one that fails stops no other.
  ///
  /// Only the last request of a send asks for an acknowledgement. The kernel works through a datagram in order and
  /// answers every failure, so that once the last one is answered, silence means success.
  /// - Returns: one outcome per request, in the same order. `timedOut` and `answersLost` leave open whether it was
  ///   carried out: read the state to know.
  package mutating func perform(_ requests: [Request]) -> [Result<Void, NetlinkError>] {
    var outcomes: [Result<Void, NetlinkError>] = []
    outcomes.reserveCapacity(requests.count)
    var start = 0
    while start < requests.count {
      let end = min(start + Self.batchSize, requests.count)
      outcomes += perform(batch: requests[start..<end])
      start = end
    }
    return outcomes
  }

  /// Sends one request and hands the attributes of its one answer to `body`.
  package mutating func ask(
    _ request: Request, _ body: (RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    try exchange(request, flags: UInt16(NLM_F_REQUEST | NLM_F_ACK)) { attributes throws(WireError) in
      try body(attributes)
    }
  }

  /// Asks for a whole table and hands the attributes of each of its entries to `body`, in the kernel's order.
  ///
  /// - Throws: ``NetlinkError/interrupted`` where the kernel says that the table changed meanwhile. IPVS never
  ///   says so: who acts on a missing entry asks for it again first.
  package mutating func dump(
    _ request: Request, _ body: (RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    try exchange(request, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), body)
  }

  // MARK: - Batches

  private mutating func perform(batch: ArraySlice<Request>) -> [Result<Void, NetlinkError>] {
    let first = sequence &+ 1
    writer.removeAll()
    for (index, request) in zip(batch.indices, batch) {
      let isLast = index == batch.endIndex - 1
      write(request, flags: UInt16(isLast ? NLM_F_REQUEST | NLM_F_ACK : NLM_F_REQUEST))
    }
    do {
      try transport.send(writer.bytes)
    } catch {
      return batch.map { _ in .failure(error) }
    }

    var answers = [Result<Void, NetlinkError>?](repeating: nil, count: batch.count)
    var silence: Result<Void, NetlinkError> = .success(())
    do {
      while answers[answers.count - 1] == nil {
        try receiveMessages { type, sequence, _, body throws(NetlinkError) in
          let position = Int(sequence &- first)
          // An answer to an earlier request that was given up on is nobody's any more.
          guard type == UInt16(NLMSG_ERROR), position < answers.count else { return }
          let number: Int32 = try wire { () throws(WireError) in try body.load(at: 0) }
          answers[position] = number == 0 ? .success(()) : .failure(.refused(errno: -number))
        }
      }
    } catch {
      silence = .failure(error)
      if error == .answersLost { try? transport.drain() }
    }
    return answers.map { $0 ?? silence }
  }

  // MARK: - Questions

  private mutating func exchange(
    _ request: Request, flags: UInt16, _ body: (RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    writer.removeAll()
    write(request, flags: flags)
    let asked = sequence
    try transport.send(writer.bytes)

    var isComplete = false
    var wasInterrupted = false
    while !isComplete {
      try receiveMessages { type, sequence, flags, message throws(NetlinkError) in
        guard sequence == asked else { return }
        if flags & UInt16(NLM_F_DUMP_INTR) != 0 { wasInterrupted = true }
        switch Int32(type) {
        case NLMSG_DONE, NLMSG_ERROR:
          isComplete = true
          // The end of a dump carries its status, as an error's answer does; 0 is success.
          let number: Int32 =
            message.byteCount < 4 ? 0 : try wire { () throws(WireError) in try message.load(at: 0) }
          guard number == 0 else { throw .refused(errno: abs(number)) }
        default:
          try wire { () throws(WireError) in
            guard message.byteCount >= 4 else { throw .truncated(needed: 4, available: message.byteCount) }
            try body(message.extracting(droppingFirst: 4))
          }
        }
      }
    }
    if wasInterrupted { throw .interrupted }
  }

  // MARK: - Messages

  private mutating func write(_ request: Request, flags: UInt16) {
    sequence &+= 1
    writer.message(
      family: family, flags: flags, sequence: sequence, command: request.command, version: version,
      request.attributes)
  }

  /// Receives one datagram and walks its messages.
  private mutating func receiveMessages(
    _ body: (_ type: UInt16, _ sequence: UInt32, _ flags: UInt16, _ message: RawSpan) throws(NetlinkError) ->
      Void
  ) throws(NetlinkError) {
    let length = try transport.receive(into: &buffer)
    try forEachMessage(in: unsafe buffer.span.bytes.extracting(first: length), body)
  }
}

/// Walks the messages of a datagram: type, sequence number, flags, and what follows the netlink header.
///
/// - Throws: ``NetlinkError/malformed(_:)`` where a length leaves its frame, and whatever `body` throws.
package func forEachMessage(
  in bytes: RawSpan,
  _ body: (_ type: UInt16, _ sequence: UInt32, _ flags: UInt16, _ message: RawSpan) throws(NetlinkError) ->
    Void
) throws(NetlinkError) {
  var offset = 0
  while offset < bytes.byteCount {
    let message = bytes.extracting(droppingFirst: offset)
    let (length, type, flags, sequence) = try wire { () throws(WireError) in
      (
        Int(try message.load(at: 0, as: UInt32.self)), try message.load(at: 4, as: UInt16.self),
        try message.load(at: 6, as: UInt16.self), try message.load(at: 8, as: UInt32.self)
      )
    }
    guard length >= 16, length <= message.byteCount else {
      throw .malformed(.truncated(needed: length, available: message.byteCount))
    }
    try body(type, sequence, flags, message.extracting(16..<length))
    offset += (length + 3) & ~3
  }
}

/// Lifts an error of the wire to one of netlink.
private func wire<Value>(_ body: () throws(WireError) -> Value) throws(NetlinkError) -> Value {
  do {
    return try body()
  } catch {
    throw .malformed(error)
  }
}
