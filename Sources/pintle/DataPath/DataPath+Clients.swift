internal import Balancing
internal import Host
internal import IPVS
internal import Model
internal import NIOCore

/// The word to clients whose connection needs one: their server was deleted, or another director had it before.
extension DataPath {
  /// The clients that would wait for ever when changes are made that delete their server: to be asked for before.
  ///
  /// - Parameters:
  ///   - changes: the changes.
  ///   - table: Pintle's own services, as the kernel has them.
  ///   - others: the services that the kernel has beside.
  /// - Returns: their connections.
  func clients(
    losing changes: [TableChange], from table: () -> ForwardingTable, others: () -> Set<ServiceKey>
  ) -> [Connection] {
    let changes = changes.filter { needs.resets.contains($0.key) }
    // Only of a mark or port 0 it is open whose a connection is.
    let isOpen = changes.contains { $0.key.port ?? 0 == 0 }
    let lost = LostConnections(
      changes, from: isOpen ? table() : ForwardingTable(), others: isOpen ? others() : [])
    return lost.isEmpty ? [] : connections { lost.contains($0.transport, of: $0.service, to: $0.server) }
  }

  /// Tells the clients of servers that were just deleted: each is reset by its own next word.
  func reset(_ clients: [Connection]) {
    let byServer = Dictionary(grouping: clients, by: \.server)
    for (server, clients) in byServer.sorted(by: { $0.key < $1.key }) {
      log.report(.clientsReset(clients.count, of: server))
    }
    if !clients.isEmpty { nudger.nudge(clients, after: Self.deletion) }
  }

  /// How long the kernel takes to forget the connections of a server that was deleted: a clock tick, and some.
  private static let deletion = TimeAmount.milliseconds(10)

  /// Nudges the clients of what came here with its addresses and has a source NAT: each one's next word rebuilds it on
  /// this director, or, where the source was the other director's own, ends it.
  func nudge(clientsOf addresses: Set<IPAddress>) {
    let translated = Set(needs.rules.services.map(\.key))
    guard !translated.isEmpty else { return }
    let clients = connections { connection in
      addresses.contains(connection.service.address) && translated.contains { connection.isOf(service: $0) }
    }
    guard !clients.isEmpty else { return }
    log.report(.clientsNudged(clients.count))
    // Those on which somebody talked last come first: their servers wait for an acknowledgement, ever more patiently.
    nudger.nudge(clients.sorted { $0.expires > $1.expires }, after: .zero)
  }

  /// The connections whose clients have a socket that may wait for a word.
  func connections(where isWanted: (Connection) -> Bool) -> [Connection] {
    do throws(IPVSError) {
      return try ConnectionTable.connections { $0.isWaiting && isWanted($0) }
    } catch {
      complain("connections", .connectionsUnreadable(error))
      return []
    }
  }
}

extension Connection {
  /// Whether its client has a socket that may wait for a word.
  fileprivate var isWaiting: Bool {
    transport == .tcp && ["ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT"].contains(state)
  }

  /// Whether it may be of a service.
  func isOf(service key: ServiceKey) -> Bool {
    switch key {
    case .endpoint(let transport, let endpoint):
      transport == self.transport && endpoint.address == service.address
        && (endpoint.port == service.port || endpoint.port == 0)
    // The kernel does not say which mark a connection had.
    case .firewallMark(_, let family): family == service.address.family
    }
  }
}
