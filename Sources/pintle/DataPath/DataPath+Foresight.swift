internal import Balancing
internal import Glibc
internal import Host
internal import IPVS
internal import Model
internal import NIOCore
internal import NIOPosix
internal import Netlink

/// What a Backup does ahead of a takeover that is near: all of it takes longer than an address takes to come here, and each
/// server of a source-NATed connection waits for as long.
extension DataPath {
  /// What is known of the connections that come with the addresses.
  struct Foresight: Sendable {
    /// Those whose clients are to be told.
    var clients: [Connection] = []
    /// Those of them whose source NAT is there, so that they go on with the next word of whomever.
    var known: Set<PacketFilterRules.Path> = []

    /// The same with others whom the first reading has passed over.
    func adding(_ others: Self) -> Self {
      Self(clients: clients + others.clients, known: known.union(others.known))
    }
  }

  /// From one look ahead to the next: a peer that is often late shall not cost more.
  private static let leisure = TimeAmount.seconds(10)
  /// For how long the connection tracking knows a connection on which nobody speaks: until the next look ahead.
  ///
  /// Where there is no takeover after all, a port may be another connection's soon.
  private static let patience = Duration.seconds(11)
  /// How many it is told of, those on which somebody talked last: the clients of the others are told.
  private static let most = 4000
  /// How long the first reading may take for a second one: the processors are to be free when the addresses come.
  private static let reading = Duration.milliseconds(50)

  /// Looks for the clients that will have to be told when the addresses come that the peer has, and has the connection
  /// tracking know their connections.
  func foreseeTakeover() {
    let now = NIODeadline.now()
    guard !isStopped, needs.sync != nil, !needs.rules.services.isEmpty, now >= foresightDue else { return }
    foresightDue = now + Self.leisure
    let addresses = held.elsewhere
    let firstReading = loop.makePromise(of: [Connection].self)
    foreseen = firstReading.futureResult.assumeIsolated().flatMap { [self] in
      remember($0, atMost: Self.most).nonisolated()
    }
    var isFirst = true
    connections(againAfter: Self.reading) { [needs] in
      addresses.contains($0.service.address) && needs.isTranslated($0)
    } found: { [self] clients in
      if isFirst {
        isFirst = false
        firstReading.succeed(clients)
      } else {
        foreseen = foreseen?.flatMap { [self] foresight in
          remember(clients, atMost: Self.most - foresight.known.count).map(foresight.adding).nonisolated()
        }
      }
    }.whenComplete { [self] _ in
      if isFirst { firstReading.succeed([]) }
      foreseen?.whenComplete { [loop] _ in
        loop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in self?.foreseen = nil }
      }
    }
  }

  /// Has the connection tracking know connections as if their packets had passed here.
  ///
  /// - Returns: which of them it knows now; none where it cannot be told.
  private func remember(
    _ clients: [Connection], atMost limit: Int
  ) -> EventLoopFuture<Foresight>.Isolated {
    let none = Foresight(clients: clients)
    let services = isStopped ? [] : Set(needs.rules.services.compactMap(\.visible))
    let connections = split(clients).others.filter { services.contains($0.service) }
      .sorted { $0.expires > $1.expires }.prefix(limit).map { (path: $0.path, server: $0.server) }
    if connections.isEmpty { return loop.makeSucceededFuture(none).assumeIsolated() }
    return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      var tracking = try ConnectionTracking()
      let outcomes = tracking.remember(connections, patience: Self.patience)
      let known = zip(connections, outcomes).compactMap { connection, outcome in
        switch outcome {
        // Those of the last look, perhaps: their clients are told soon enough.
        case .success, .failure(.refused(errno: EEXIST)): connection.path
        case .failure: nil
        }
      }
      return Foresight(clients: clients, known: Set(known))
    }.assumeIsolated().flatMapErrorThrowing { _ in none }
  }
}
