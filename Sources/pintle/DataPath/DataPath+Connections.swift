internal import IPVS
internal import Model
internal import NIOCore
internal import NIOPosix

/// The connections of TCP that there are, whose number anybody who reaches a service can raise: no look at them takes for ever.
extension DataPath {
  /// How long a look beside the event loop may take, and one on it.
  private static let patience = (beside: Duration.seconds(2), onLoop: Duration.milliseconds(500))

  /// The connections that are wanted, unless said otherwise of clients that may wait for a word, read beside the event
  /// loop.
  ///
  /// - Parameters:
  ///   - states: the states that it may have.
  ///   - limit: how long the first reading of a long list may take for a second one: it passes somebody over.
  ///   - isWanted: whether a connection of TCP is one.
  ///   - found: hears of them before all is read: what the first reading finds, and then what it has passed over.
  /// - Returns: what was found in time; it does not fail.
  @discardableResult
  func connections(
    in states: Set<String> = Connection.waitingStates, againAfter limit: Duration = patience.beside / 2,
    where isWanted: @escaping @Sendable (Connection) -> Bool,
    found: @escaping ([Connection]) -> Void = { _ in }
  ) -> EventLoopFuture<[Connection]>.Isolated {
    let found = NIOLoopBound(found, eventLoop: loop)
    return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [loop] in
      Result { () throws(IPVSError) in
        try ConnectionTable.look(in: states, within: Self.patience.beside, againAfter: limit) {
          $0.transport == .tcp && isWanted($0)
        } found: { some in
          loop.execute { found.value(some) }
        }
      }
    }.assumeIsolated().map { [self] in judge($0, after: Self.patience.beside) }
      .flatMapErrorThrowing { _ in [] }
  }

  /// The same at once, for what must not happen before it is known.
  func connectionsNow(where isWanted: (Connection) -> Bool) -> [Connection] {
    let look = Result { () throws(IPVSError) in
      try ConnectionTable.look(
        in: Connection.waitingStates, within: Self.patience.onLoop, againAfter: Self.patience.onLoop / 2
      ) {
        $0.transport == .tcp && isWanted($0)
      }
    }
    return judge(look, after: Self.patience.onLoop)
  }

  private func judge(_ look: Result<ConnectionTable.Look, IPVSError>, after limit: Duration) -> [Connection] {
    switch look {
    case .success(let look):
      if look.isWhole {
        complaints["connections"] = nil
      } else {
        complain("connections", .connectionsNotAllRead(within: limit))
      }
      return look.connections
    case .failure(let error):
      complain("connections", .connectionsUnreadable(error))
      return []
    }
  }
}

extension Connection {
  /// The states of TCP in which its client has a socket that may wait for a word.
  static let waitingStates: Set = ["ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT"]
}
