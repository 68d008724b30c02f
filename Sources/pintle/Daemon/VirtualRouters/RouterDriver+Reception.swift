internal import Configuration
internal import Host
internal import VRRP

extension RouterDriver {
  /// So many datagrams of a socket are handled before the other sockets and the deadlines have their turn: a flood
  /// makes no advertisement late.
  private static let batch = 128

  /// How long to let a flood of what nobody wants pile up, in nanoseconds: to wake up costs more than to read.
  private static let rest: Int64 = 500_000
  /// What nobody wants is a flood if it comes again so soon, in nanoseconds.
  private static let flood: Int64 = 2_000_000

  /// How soon a router that cannot hear tries again, in nanoseconds.
  private static let hearingRetryDelay: Int64 = 1_000_000_000

  /// Opens what a router hears by on an interface, where it is not open yet.
  ///
  /// - Returns: why it cannot hear, and so must not take part: it would claim what another one holds; nil: it can.
  func openEars(of index: Int, in group: RunningGroup, on link: Host.Link) -> String? {
    let router = group.members[index].configuration
    var failure: SystemError?
    do throws(SystemError) {
      let socket = try socket(RouterSocket.Key(interface: link.index, family: router.family), link)
      let wasOut = group.members[index].wasOut
      if router.peers.isEmpty { try socket.joinGroup(isRenewed: wasOut) }
      try openEarsOnDevice(of: index, in: group, isRenewed: wasOut)
      group.members[index].wasOut = false
    } catch {
      failure = error
      lookAgain(at: BootClock.now + Self.hearingRetryDelay)
    }
    let before = group.members[index].deafness
    group.members[index].deafness = failure
    switch failure {
    case let failure? where failure != before: report(.router(router, cannotListen: failure))
    case nil where before != nil: report(.hearsAgain(router))
    default: break
    }
    return failure.map { "cannot listen on \(link.name): \($0)" }
  }

  /// A router of a group with a virtual MAC address speaks from it, and hears what others say from it.
  private func openEarsOnDevice(
    of index: Int, in group: RunningGroup, isRenewed: Bool
  ) throws(SystemError) {
    let router = group.members[index].configuration
    guard router.peers.isEmpty, let link = group.members[index].virtualLink else { return }
    let socket = try socket(RouterSocket.Key(interface: link.index, family: router.family), link)
    if let address = link.hardwareAddress { try socket.hearOnly(address, for: router.id) }
    try socket.joinGroup(isRenewed: isRenewed)
  }

  /// Has each socket know its routers, and closes those that no router needs.
  func updateSockets() {
    for socket in sockets.values { socket.listeners = [:] }
    for group in groups {
      for (index, member) in group.members.enumerated() {
        let router = member.configuration
        for link in [member.link, router.peers.isEmpty ? member.virtualLink : nil] {
          guard let link else { continue }
          let key = RouterSocket.Key(interface: link.index, family: router.family)
          sockets[key]?.listeners[router.id] = RouterSocket.Listener(group: group, member: index)
        }
      }
    }
    for (key, socket) in sockets where socket.listeners.isEmpty {
      loop.unwatch(socket.raw.descriptor)
      sockets[key] = nil
    }
    for socket in sockets.values { socket.updateFilter() }
  }

  private func socket(_ key: RouterSocket.Key, _ link: Host.Link) throws(SystemError) -> RouterSocket {
    if let socket = sockets[key] { return socket }
    let socket = try RouterSocket(link, key.family)
    try loop.watch(socket.raw.descriptor) { [unowned self, unowned socket] in
      // All of it was there when the loop woke: reading it takes time that no timer is to wait longer for.
      let now = BootClock.now
      let outcome = socket.receive(atMost: Self.batch) { listener, datagram in
        receive(datagram, for: listener, at: now)
      }
      if outcome.unwanted > 0 { heardUnwanted(at: now, isAll: outcome.isAll) }
    }
    sockets[key] = socket
    return socket
  }

  /// Rests in a flood, once in a round of the loop: what piles up meanwhile is read in one go, unless there is a pile
  /// already.
  private func heardUnwanted(at now: Int64, isAll: Bool) {
    let isFlood = now - lastUnwanted < Self.flood
    lastUnwanted = now
    guard isFlood, isAll, restedIn != loop.rounds else { return }
    restedIn = loop.rounds
    BootClock.rest(until: min(nextDeadline ?? .max, now + Self.rest))
    // The rest is none of the time in which nothing came.
    lastUnwanted = BootClock.now
  }

  /// - Returns: whether it is an advertisement that counts.
  private func receive(
    _ datagram: ReceivedDatagram, for listener: RouterSocket.Listener, at now: Int64
  ) -> Bool {
    let (group, index) = (listener.group, listener.member)
    do throws(Rejection) {
      let advertisement = try read(datagram, for: index, in: group)
      group.members[index].received += 1
      tell(.advertisement(advertisement, from: datagram.source), to: group, member: index, at: now)
      return true
    } catch {
      if group.members[index].rejections.count(error.label, at: now) {
        report(.router(group.members[index].configuration, rejects: error, from: datagram.source))
      }
      return false
    }
  }

  private func read(
    _ datagram: ReceivedDatagram, for index: Int, in group: RunningGroup
  ) throws(Rejection) -> Advertisement {
    let reception = group.members[index].reception
    guard var hmac = group.members[index].hmac else { return try reception.advertisement(in: datagram) }
    let advertisement = try reception.advertisement(in: datagram, verifiedBy: &hmac, at: unixTime)
    group.members[index].hmac = hmac
    return advertisement
  }
}
