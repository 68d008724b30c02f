internal import CKernel

/// Requests to one part of the kernel's netlink, and its answers: batches, questions and dumps.
package struct NetlinkConversation: ~Copyable {
  /// One request, whatever family it is of.
  package struct Message {
    /// What `nlmsg_type` says: a generic family's number, or the command of a classic one.
    package var type: UInt16
    /// Flags beside those that every request has, such as NLM_F_REPLACE.
    package var flags: UInt16
    /// The family's own header behind the netlink header; the kernel's answers have one of the same length.
    package var header: [UInt8]
    /// Writes the attributes.
    package var attributes: (inout MessageWriter) -> Void

    /// Joins the parts.
    package init(
      type: UInt16, flags: UInt16 = 0, header: [UInt8],
      attributes: @escaping (inout MessageWriter) -> Void = { _ in }
    ) {
      self.type = type
      self.flags = flags
      self.header = header
      self.attributes = attributes
    }
  }

  /// How many requests go into one send: few enough that even an error for each fits the receive buffer.
  package static let batchSize = 64

  private var transport: any NetlinkTransport & ~Copyable
  private var sequence: UInt32 = 0
  private var writer = MessageWriter()
  /// The kernel fills datagrams of a dump up to 32 KiB; a smaller buffer would lose entries.
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// Speaks over a transport.
  package init(over transport: consuming any NetlinkTransport & ~Copyable) {
    self.transport = transport
  }

  /// Has the kernel carry out requests in their order, ``batchSize`` per send; one that fails stops no other.
  ///
  /// Only the last request of a send asks for an acknowledgement. The kernel works through a datagram in order and
  /// answers every failure, so that once the last one is answered, silence means success.
  /// - Returns: one outcome per request, in the same order. `timedOut` and `answersLost` leave open whether it was
  ///   carried out: read the state to know.
  package mutating func perform(_ requests: [Message]) -> [Result<Void, NetlinkError>] {
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

  /// Sends one request and hands its one answer to `body`: the type, and what follows the netlink header.
  package mutating func ask(
    _ request: Message, _ body: (UInt16, RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    try exchange(request, flags: UInt16(NLM_F_REQUEST | NLM_F_ACK), body)
  }

  /// Asks for a whole table and hands each of its entries to `body`: the type, and what follows the netlink header.
  ///
  /// - Throws: ``NetlinkError/interrupted`` where the kernel says that the table changed meanwhile.
  package mutating func dump(
    _ request: Message, _ body: (UInt16, RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    try exchange(request, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), body)
  }

  // MARK: - Batches

  private mutating func perform(batch: ArraySlice<Message>) -> [Result<Void, NetlinkError>] {
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
    _ request: Message, flags: UInt16, _ body: (UInt16, RawSpan) throws(WireError) -> Void
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
            let needed = request.header.count
            guard message.byteCount >= needed else {
              throw .truncated(needed: needed, available: message.byteCount)
            }
            try body(type, message)
          }
        }
      }
    }
    if wasInterrupted { throw .interrupted }
  }

  // MARK: - Messages

  private mutating func write(_ request: Message, flags: UInt16) {
    sequence &+= 1
    writer.message(
      type: request.type, flags: request.flags | flags, sequence: sequence, header: request.header,
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
