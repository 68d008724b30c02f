package import IPVS
package import Model
package import Netlink

/// A kernel that lives in a test: answers IPVS requests from a forwarding table of its own, and fails on demand.
///
/// It stands beside the real kernel of the lab, for speed and for failures that a real one shows too rarely.
package final class FakeKernel {
  /// The table.
  package var table = ForwardingTable()
  /// The sync daemons.
  package var daemons: [SyncDaemon] = []
  /// The time-outs in seconds.
  package var timeouts = ConnectionTimeouts(tcp: 900, tcpFin: 120, udp: 300)
  /// Every datagram that was sent.
  package private(set) var sent: [[UInt8]] = []
  /// The number of requests that would change something.
  package private(set) var writes = 0
  /// How often the module was asked for and was not there.
  package var hasModule = true
  /// Refuses every request with this error number.
  package var refusal: Int32?
  /// How many answers fit before the receive buffer overflows and all is lost; nil: any number.
  package var capacity: Int?
  /// Carries out requests, and answers none of them.
  package var isMute = false
  /// Stops sync daemons without a word, as the kernel does whose thread had not begun to run.
  package var mutesDaemonStop = false
  /// Happens before the servers of a service are listed.
  package var beforeServers: () -> Void = {}
  /// Entries per datagram of a dump.
  package var entriesPerDatagram = 3

  private var waiting: [[UInt8]] = []
  private var hasOverflowed = false

  /// Starts empty.
  package init() {}

  /// A client of this kernel.
  package func client() throws(IPVSError) -> IPVSClient { try IPVSClient(over: Transport(kernel: self)) }

  /// A transport to this kernel.
  package struct Transport: ~Copyable, NetlinkTransport {
    let kernel: FakeKernel

    /// Makes a transport to a kernel.
    package init(kernel: FakeKernel) { self.kernel = kernel }

    package mutating func resolveFamily(_ name: String) throws(NetlinkError) -> UInt16 {
      guard kernel.hasModule else { throw .noSuchFamily(name) }
      return 0x20
    }

    package mutating func send(_ bytes: [UInt8]) throws(NetlinkError) {
      kernel.sent.append(bytes)
      try kernel.answer(bytes)
    }

    package mutating func receive(into buffer: inout [UInt8]) throws(NetlinkError) -> Int {
      if kernel.hasOverflowed {
        kernel.hasOverflowed = false
        throw .answersLost
      }
      guard !kernel.waiting.isEmpty else { throw .timedOut }
      let datagram = kernel.waiting.removeFirst()
      guard datagram.count <= buffer.count else {
        throw .malformed(.truncated(needed: datagram.count, available: buffer.count))
      }
      buffer.replaceSubrange(0..<datagram.count, with: datagram)
      return datagram.count
    }

    package mutating func drain() { kernel.waiting.removeAll() }
  }

  // MARK: - Answers

  private func answer(_ bytes: [UInt8]) throws(NetlinkError) {
    try forEachMessage(in: bytes.span.bytes) { _, sequence, flags, message throws(NetlinkError) in
      do throws(WireError) {
        guard let command = Command(rawValue: try message.load(at: 0)) else { return }
        let attributes = message.extracting(droppingFirst: 4)
        if flags & 0x300 == 0x300 {
          dump(try entries(command, attributes), sequence: sequence)
        } else {
          let (number, reply) = try carryOut(command, attributes)
          if let reply { enqueue(reply(sequence)) }
          if command == .deleteDaemon, mutesDaemonStop { return }
          if number != 0 || flags & 0x4 != 0 { acknowledge(number, sequence: sequence) }
        }
      } catch {
        acknowledge(22, sequence: sequence)
      }
    }
  }

  private func enqueue(_ datagram: [UInt8]) {
    if isMute || hasOverflowed { return }
    if let capacity, waiting.count >= capacity {
      hasOverflowed = true
      return
    }
    waiting.append(datagram)
  }

  private func acknowledge(_ number: Int32, sequence: UInt32) {
    var writer = RawMessage(type: 2, flags: 0x100, sequence: sequence)
    writer.append(-number)
    writer.bytes += [UInt8](repeating: 0, count: 16)
    enqueue(writer.finished)
  }

  private func dump(_ entries: [(UInt32) -> [UInt8]], sequence: UInt32) {
    var rest = entries[...]
    while !rest.isEmpty {
      enqueue(rest.prefix(entriesPerDatagram).flatMap { $0(sequence) })
      rest = rest.dropFirst(entriesPerDatagram)
    }
    var done = RawMessage(type: 3, flags: 0x2, sequence: sequence)
    done.append(Int32(0))
    enqueue(done.finished)
  }

  private func reply(
    _ command: Command, _ attributes: @escaping (inout MessageWriter) -> Void
  ) -> (UInt32) -> [UInt8] {
    { sequence in
      var writer = MessageWriter()
      writer.message(
        family: 0x20, flags: 0x2, sequence: sequence, command: command.rawValue, version: 1, attributes)
      return writer.bytes
    }
  }

  // MARK: - The table

  private func entries(_ command: Command, _ attributes: RawSpan) throws(WireError) -> [(UInt32) -> [UInt8]] {
    switch command {
    case .getService:
      return table.sortedEntries.map { entry in
        reply(.newService) { $0.nest(MessageAttribute.service) { entry.service.encode(into: &$0) } }
      }
    case .getDestination:
      beforeServers()
      guard let key = try service(attributes)?.key, let entry = table.entries[key] else { return [] }
      return entry.sortedServers.map { server in
        reply(.newDestination) { $0.nest(MessageAttribute.destination) { server.encode(into: &$0) } }
      }
    case .getDaemon:
      return daemons.map { daemon in
        reply(.newDaemon) { $0.nest(MessageAttribute.daemon) { daemon.encode(into: &$0) } }
      }
    default: throw .invalid(attribute: 0)
    }
  }

  private func carryOut(
    _ command: Command, _ attributes: RawSpan
  ) throws(WireError) -> (Int32, ((UInt32) -> [UInt8])?) {
    if let refusal { return (refusal, nil) }
    let service = try service(attributes)
    switch command {
    case .newService, .setService, .deleteService, .newDestination, .setDestination, .deleteDestination:
      guard let service else { return (22, nil) }
      writes += 1
      return (try change(command, service, attributes), nil)
    case .getService:
      guard let service, let entry = table.entries[service.key] else { return (3, nil) }
      return (0, reply(.newService) { $0.nest(MessageAttribute.service) { entry.service.encode(into: &$0) } })
    case .newDaemon, .deleteDaemon:
      return (try changeDaemon(command, attributes), nil)
    case .setConfig:
      let wanted = try ConnectionTimeouts(decoding: attributes)
      if wanted.tcp != 0 { timeouts.tcp = wanted.tcp }
      if wanted.tcpFin != 0 { timeouts.tcpFin = wanted.tcpFin }
      if wanted.udp != 0 { timeouts.udp = wanted.udp }
      return (0, nil)
    case .getConfig:
      return (0, reply(.setConfig) { [timeouts] in timeouts.encode(into: &$0) })
    case .getInfo:
      return (
        0,
        reply(.setInfo) { writer in
          writer.uint32(InfoAttribute.version, 0x010201)
          writer.uint32(InfoAttribute.connectionTableSize, 4096)
        }
      )
    case .zero:
      return (service.map { table.entries[$0.key] == nil } == true ? 3 : 0, nil)
    case .flush:
      table = ForwardingTable()
      return (0, nil)
    default:
      return (95, nil)
    }
  }

  private func change(_ command: Command, _ service: VirtualService, _ attributes: RawSpan) throws(WireError)
    -> Int32
  {
    let exists = table.entries[service.key] != nil
    switch command {
    case .newService:
      if service.scheduler.name.hasPrefix("no-") { return 2 }
      return table.apply(.addService(service)) ? 0 : 17
    case .setService: return table.apply(.setService(service)) ? 0 : 3
    case .deleteService: return table.apply(.deleteService(service.key)) ? 0 : 3
    default: break
    }
    guard exists else { return 3 }
    guard let server = try server(attributes, family: service.key.family) else { return 22 }
    switch command {
    case .newDestination: return table.apply(.addServer(server, service.key)) ? 0 : 17
    case .setDestination: return table.apply(.setServer(server, service.key)) ? 0 : 2
    default: return table.apply(.deleteServer(server.endpoint, service.key)) ? 0 : 2
    }
  }

  private func changeDaemon(_ command: Command, _ attributes: RawSpan) throws(WireError) -> Int32 {
    var number: Int32 = 22
    try forEachAttribute(in: attributes) { type, nest throws(WireError) in
      guard type == MessageAttribute.daemon else { return }
      let daemon = try SyncDaemon(decoding: nest)
      let index = daemons.firstIndex { $0.role == daemon.role }
      if command == .newDaemon {
        number = index == nil ? 0 : 17
        if index == nil { daemons.append(daemon) }
      } else {
        number = index == nil ? 3 : 0
        if let index { daemons.remove(at: index) }
      }
    }
    return number
  }

  private func service(_ attributes: RawSpan) throws(WireError) -> VirtualService? {
    var service: VirtualService?
    try forEachAttribute(in: attributes) { type, nest throws(WireError) in
      guard type == MessageAttribute.service else { return }
      service = try ServiceStatus(decodingRequest: nest)?.service
    }
    return service
  }

  private func server(_ attributes: RawSpan, family: AddressFamily) throws(WireError) -> RealServer? {
    var server: RealServer?
    try forEachAttribute(in: attributes) { type, nest throws(WireError) in
      guard type == MessageAttribute.destination else { return }
      server = try ServerStatus(decoding: nest, serviceFamily: family).server
    }
    return server
  }
}

extension ServiceStatus {
  /// Reads a request's nest, in which a key may stand alone, without a scheduler.
  fileprivate init?(decodingRequest nest: RawSpan) throws(WireError) {
    var hasScheduler = false
    var bytes: [UInt8] = []
    for offset in 0..<nest.byteCount { bytes.append(try nest.load(at: offset)) }
    try forEachAttribute(in: nest) { type, _ throws(WireError) in
      if type == ServiceAttribute.scheduler { hasScheduler = true }
    }
    if !hasScheduler {
      var writer = MessageWriter()
      writer.string(ServiceAttribute.scheduler, "wlc")
      bytes += writer.bytes
    }
    try self.init(decoding: bytes.span.bytes)
  }
}
