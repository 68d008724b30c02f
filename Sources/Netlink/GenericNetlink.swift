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

  private var conversation: NetlinkConversation
  private let family: UInt16
  private let version: UInt8

  /// Resolves a family's name over the transport, which loads the kernel module behind it.
  package init(
    family name: String, version: UInt8, over transport: consuming any NetlinkTransport & ~Copyable
  ) throws(NetlinkError) {
    family = try transport.resolveFamily(name)
    conversation = NetlinkConversation(over: transport)
    self.version = version
  }

  /// Has the kernel carry out requests in their order; one that fails stops no other.
  ///
  /// - Returns: one outcome per request, in the same order. `timedOut` and `answersLost` leave open whether it was
  ///   carried out: read the state to know.
  package mutating func perform(_ requests: [Request]) -> [Result<Void, NetlinkError>] {
    var messages: [NetlinkConversation.Message] = []
    messages.reserveCapacity(requests.count)
    for request in requests { messages.append(message(request)) }
    return conversation.perform(messages)
  }

  /// Sends one request and hands the attributes of its one answer to `body`.
  package mutating func ask(
    _ request: Request, _ body: (RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    try conversation.ask(message(request)) { _, answer throws(WireError) in
      try body(answer.extracting(droppingFirst: 4))
    }
  }

  /// Asks for a whole table and hands the attributes of each of its entries to `body`, in the kernel's order.
  ///
  /// - Throws: ``NetlinkError/interrupted`` where the kernel says that the table changed meanwhile. IPVS never
  ///   says so: who acts on a missing entry asks for it again first.
  package mutating func dump(
    _ request: Request, _ body: (RawSpan) throws(WireError) -> Void
  ) throws(NetlinkError) {
    try conversation.dump(message(request)) { _, answer throws(WireError) in
      try body(answer.extracting(droppingFirst: 4))
    }
  }

  /// The request with the header of generic netlink: command, version, and two bytes that say nothing.
  private func message(_ request: Request) -> NetlinkConversation.Message {
    NetlinkConversation.Message(
      type: family, header: [request.command, version, 0, 0], attributes: request.attributes)
  }
}
