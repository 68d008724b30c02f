internal import Balancing
internal import Host
internal import IPVS
internal import Model
internal import NIOCore
internal import NIOPosix

/// What a Backup does ahead of a takeover that is near: all of it takes longer than an address takes to come here, and each
/// server of a source-NATed connection waits for as long.
extension DataPath {
  /// What is known of the connections that come with the addresses.
  struct Foresight: Sendable {
    /// Those whose clients are to be told.
    var clients: [Connection] = []
    /// Those of them whose source NAT is there, so that they go on with the next word of whomever.
    var known: Set<PacketFilterRules.Path> = []

    func adding(_ clients: [Connection], known: Set<PacketFilterRules.Path>) -> Self {
      Self(clients: self.clients + clients, known: self.known.union(known))
    }
  }

  /// From one look ahead to the next: a peer that is often late shall not cost more.
  private static let leisure = TimeAmount.seconds(10)
  /// For how long the connection tracking knows a connection on which nobody speaks: until the next look ahead at least, and
  /// not for long, as where there is no takeover after all, its port may be another connection's soon.
  private static let patience = Duration.seconds(15)
  /// How many it is told of, those on which somebody talked last: the clients of the others are told.
  private static let most = 4000

  /// Looks for the clients that will have to be told when the addresses come that the peer has, and has the connection
  /// tracking know their connections.
  func foreseeTakeover() {
    let now = NIODeadline.now()
    guard needs.sync != nil, !needs.rules.services.isEmpty, now >= foresightDue else { return }
    foresightDue = now + Self.leisure
    let addresses = held.elsewhere
    let firstReading = loop.makePromise(of: [Connection].self)
    foreseen = firstReading.futureResult.assumeIsolated().flatMap { [self] clients in
      remember(clients).map { Foresight(clients: clients, known: $0) }.nonisolated()
    }
    var isFirst = true
    connections { [needs] in
      addresses.contains($0.service.address) && needs.isTranslated($0)
    } found: { [self] clients in
      if isFirst {
        isFirst = false
        firstReading.succeed(clients)
      } else {
        // The first ones need not wait for those whom their reading has passed over.
        foreseen = foreseen?.flatMap { [self] foresight in
          remember(clients).map { foresight.adding(clients, known: $0) }.nonisolated()
        }
      }
    }.whenComplete { [self] _ in
      if isFirst { firstReading.succeed([]) }
      loop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in self?.foreseen = nil }
    }
  }

  /// Has the connection tracking know connections as if their packets had passed here.
  ///
  /// - Returns: those that it knows now; none where it cannot be told.
  private func remember(
    _ clients: [Connection]
  ) -> EventLoopFuture<Set<PacketFilterRules.Path>>.Isolated {
    let services = Set(needs.rules.services.compactMap(\.visible))
    let connections = split(clients).others.filter { services.contains($0.service) }
      .sorted { $0.expires > $1.expires }.prefix(Self.most).map { (path: $0.path, server: $0.server) }
    return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      var tracking = try ConnectionTracking()
      let outcomes = tracking.remember(connections, patience: Self.patience)
      return Set(
        zip(connections, outcomes).compactMap { connection, outcome in
          if case .success = outcome { connection.path } else { nil }
        })
    }.assumeIsolated().flatMapErrorThrowing { _ in [] }
  }
}
