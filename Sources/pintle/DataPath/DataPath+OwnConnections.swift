internal import Glibc
internal import Host
internal import Model
internal import NIOCore
internal import NIOPosix
internal import Netlink
internal import VRRP

/// The connections of this host's own processes to the services, such as a kubelet's on a director.
///
/// One that began while the address was here has it as its own source, and can send nothing once it is gone. One that
/// began while it was not has another: by NAT its server knows it by what the peer translated, and what comes from the
/// service's own address, as from direct servers, is nobody's packet now that this host has the address itself. Neither
/// learns of it, so that the process would wait until its own time-outs: it is told at once.
extension DataPath {
  /// How long an address may be away before connections that have it count as lost: one that nobody else takes is back
  /// sooner, after a restart of the daemon or of a router.
  private static let absence = TimeAmount.seconds(10)

  /// Ends those that had addresses which this host had, unless these are back soon.
  func watchAbsence(of addresses: Set<IPAddress>) {
    if addresses.isEmpty { return }
    loop.assumeIsolated().scheduleTask(in: Self.absence) { [weak self] in
      guard let self, !isStopped else { return }
      endOwnConnections(to: addresses, areHere: false)
    }
  }

  /// Ends those that would hang since the addresses came here, or went to the peer; one such look after the other.
  func endOwnConnections(to addresses: Set<IPAddress>, areHere: Bool) {
    let services = needs.services.keys.compactMap { key -> Endpoint? in
      guard case .endpoint(.tcp, let endpoint) = key, addresses.contains(endpoint.address) else { return nil }
      return endpoint
    }
    if services.isEmpty { return }
    // To look for them is work, and at a takeover others wait for the processors.
    let time = NIODeadline.now() + (areHere ? Self.afterTheRush : .zero)
    ownEnds = ownEnds.flatMap { [loop] in
      loop.scheduleTask(deadline: time) {}.futureResult
    }.flatMap { [loop] in
      NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
        try Self.endOwnConnections(to: services, areHere: areHere)
      }
    }.assumeIsolated().map { [self] ended, failure in
      if ended > 0 { log.report(.ownConnectionsEnded(ended, areHere: areHere)) }
      complaints["own connections"] = nil
      if let failure { complain("own connections", .ownConnectionsStay("\(failure)")) }
    }.flatMapErrorThrowing { [self] error in
      complain("own connections", .ownConnectionsStay("\(error)"))
    }.nonisolated()
  }

  private static func endOwnConnections(
    to services: [Endpoint], areHere: Bool
  ) throws -> (ended: Int, failure: NetlinkError?) {
    // An address may have come and gone again, or be on another interface as well, as a direct service's on `lo`.
    let own = try HostInterfaces.addresses()
    let changed = Set(services.filter { own.contains($0.address) == areHere })
    if changed.isEmpty { return (0, nil) }
    var connections = try OwnConnections()
    let ports = Set(changed.map(\.port))
    let port = ports.count == 1 ? ports.first ?? 0 : 0
    let lost = try connections.all(to: port) { connection in
      let remote = connection.remote
      let isToService =
        changed.contains(remote) || changed.contains(Endpoint(remote.address, port: 0))
      return isToService && (connection.local.address == remote.address) != areHere
    }
    var ended = 0
    var failure: NetlinkError?
    for outcome in connections.end(lost) {
      switch outcome {
      case .success: ended += 1
      // It has ended by itself.
      case .failure(.refused(errno: ENOENT)): break
      case .failure(let error): failure = error
      }
    }
    return (ended, failure)
  }
}

extension RoleChange {
  /// Whether the peer has the addresses that were here; otherwise they may be back at once.
  var isToPeer: Bool {
    switch cause {
    case .superior, .handedOver, .stalled, .fault: true
    case .silence, .inferior, .released, .started, .stopped, .owner, .recovered, .group: false
    }
  }
}
