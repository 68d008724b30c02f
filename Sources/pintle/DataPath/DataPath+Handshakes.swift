internal import Host
internal import Model
internal import NIOCore
internal import NIOPosix
internal import Netlink

/// Handshakes that began here, and that no server has answered before the address went.
extension DataPath {
  /// Has the connection tracking forget them: they may be completed by way of the peer.
  ///
  /// When the address is here again, the client's next word would be invalid to the connection tracking, which still waits
  /// for an answer to the first one: it would reach the server with its own source, and the client wait in vain.
  func forgetHandshakes(to addresses: Set<IPAddress>) {
    guard needs.sync != nil, needs.kernel.contains(.sourceNAT), !addresses.isEmpty else { return }
    ownEnds = ownEnds.flatMap { [loop] in
      NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
        // An address may be back by now.
        let gone = addresses.subtracting(try HostInterfaces.addresses())
        if gone.isEmpty { return }
        var tracking = try ConnectionTracking()
        let handshakes = try tracking.handshakes { gone.contains($0.service.address) }
        for outcome in tracking.forget(handshakes) {
          // One may have ended by itself.
          if case .failure(let error) = outcome, error != .refused(errno: ENOENT) { throw error }
        }
      }
    }.assumeIsolated().map { [self] in
      complaints["connection tracking"] = nil
    }.flatMapErrorThrowing { [self] error in
      complain("connection tracking", .handshakesStay("\(error)"))
    }.nonisolated()
  }
}
