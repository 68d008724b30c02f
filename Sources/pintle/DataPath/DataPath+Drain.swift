internal import Balancing
internal import Glibc
internal import Host
internal import IPVS
internal import Model
internal import NIOCore

/// What the peer has not heard of when this director gives addresses away.
///
/// The kernel holds its last datagram back for up to three seconds, and tells a peer that missed a word no second time.
/// So the director tells all connections of its addresses once more before a handover or a stop, and with every change
/// from Active those that it may be alone to know: on which somebody has just spoken, that are being made, and that began
/// here, as while the two did not hear each other. What it does not hold it says nothing of: its peer knows better.
extension DataPath {
  /// How long the kernel may hold a connection back, in seconds: a datagram gets two seconds old, its thread looks once a
  /// second, and the time that is left to a connection is rounded.
  private static let heldBack: UInt32 = 4
  /// From the last words to those to the clients: their answers must find the way to the peer.
  private static let peersTime = TimeAmount.milliseconds(50)
  /// How many datagrams go out at once.
  ///
  /// A burst would overflow the queue in which the peer's kernel takes them up: one of Linux's default length, 212,992
  /// bytes, holds some 90 of the longest.
  private static let slice = 16
  /// How long it pauses after so many: some 500 connections in a millisecond.
  private static let pause = TimeAmount.milliseconds(1)

  /// Tells the peer of all connections of the addresses that are here.
  ///
  /// - Returns: done once they are told, or it is told why they cannot be.
  func drainSync() -> EventLoopFuture<Void> {
    complaints["sync drain"] = nil
    return tellPeer(of: held.here) { _ in true }.map { _ in }
  }

  /// Tells the peer, which has the addresses now, of the connections that it may not have heard of yet.
  ///
  /// Clients whose source is translated hear a word, to which they answer by way of the peer: its connection tracking
  /// has to be rebuilt, and what it knew when it took over has been.
  func tellPeerOfTheLast(of addresses: Set<IPAddress>) {
    // Where it is not known, all are told.
    let timeout = (try? client?.timeouts().tcp) ?? 0
    let told = tellPeer(of: addresses) { [heldBack = Self.heldBack] connection in
      switch connection.state {
      case "ESTABLISHED": !connection.isSynced || connection.expires + heldBack >= timeout
      // The kernel tells of none that is being made. Older ones are nobody's, or somebody's flood.
      case "SYN_RECV": connection.expires >= 58
      default: false
      }
    }
    lastWords = lastWords.and(told).assumeIsolated().flatMap { [self] _, told in
      let clients = told.filter { $0.state != "SYN_RECV" && needs.isTranslated($0) }.prefix(Self.limit)
      if clients.isEmpty { return loop.makeSucceededVoidFuture() }
      return loop.assumeIsolated().scheduleTask(in: Self.peersTime) { [self] in
        nudger.nudge(Array(clients), after: .zero)
      }.futureResult
    }.nonisolated()
  }

  private func tellPeer(
    of addresses: Set<IPAddress>, where isWanted: @escaping @Sendable (Connection) -> Bool
  ) -> EventLoopFuture<[Connection]> {
    guard let sync = needs.sync, !addresses.isEmpty else { return loop.makeSucceededFuture([]) }
    let found = connections(in: Connection.waitingStates.union(["SYN_RECV"])) { [needs] connection in
      addresses.contains(connection.service.address) && needs.forwarding(of: connection) != nil
        && isWanted(connection)
    }
    return found.flatMap { [self] connections in
      // Those that are being made come first, as their clients speak next, and then those on which somebody spoke last.
      let half = connections.filter { $0.state == "SYN_RECV" }.prefix(Self.limit)
      let sorted =
        Array(half) + connections.filter { $0.state != "SYN_RECV" }.sorted { $0.expires > $1.expires }
      let datagrams = SyncMessage.datagrams(of: sorted, syncID: sync.id) {
        needs.forwarding(of: $0) ?? .nat
      }
      return send(datagrams[...], on: sync.interface).map { sorted }
    }.nonisolated()
  }

  private func send(_ datagrams: ArraySlice<[UInt8]>, on interface: String) -> EventLoopFuture<Void> {
    var rest = datagrams
    do throws(SystemError) {
      let socket = try SyncSocket(interface: interface)
      while let datagram = rest.first, rest.count > datagrams.count - Self.slice {
        try socket.send(datagram)
        rest.removeFirst()
      }
    } catch {
      // A queue that was full has room again after the pause, if some of it went out.
      guard error.number == EAGAIN, rest.count < datagrams.count else {
        complain("sync drain", .syncFailed(error))
        return loop.makeSucceededVoidFuture()
      }
    }
    if rest.isEmpty { return loop.makeSucceededVoidFuture() }
    let promise = loop.makePromise(of: Void.self)
    loop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in
      send(rest, on: interface).cascade(to: promise)
    }
    return promise.futureResult
  }
}
