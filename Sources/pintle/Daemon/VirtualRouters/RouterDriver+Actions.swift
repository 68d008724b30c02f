internal import Configuration
internal import Control
internal import Host
internal import Model
internal import Netlink
internal import VRRP

extension RouterDriver {
  /// How soon an address is taken off again that the kernel would not let go, in nanoseconds.
  private static let removalRetry: Int64 = 1_000_000_000

  /// Does what an election says.
  func carryOut(_ action: VirtualRouter.Action, of member: Int, in group: RunningGroup) {
    switch action {
    case .send(let advertisement): send(advertisement, of: member, in: group)
    case .addAddresses(let list): add(list, of: member, in: group)
    case .removeAddresses(let list): remove(list, of: member, in: group)
    case .announce(let list, let times):
      // What this host could not take it does not answer for, and gives away at once.
      if group.members[member].addressGuard.pausedUntil != nil { break }
      announce(list, times: times, of: group.members[member])
    case .transition(let transition): change(transition, of: member, in: group)
    case .report(let notice):
      let event = DaemonEvent.router(group.members[member].configuration, notice)
      if group.members[member].quiet.allows(event.kind.name, at: BootClock.now) { report(event) }
    }
  }

  /// Goes through a takeover without doing it: code that has not run for long, or never, takes a while, here and in the
  /// guard, and the clients would wait for it.
  ///
  /// One address is enough for that, and the guard's pipe has no room for those of hundreds of routers.
  func rehearse(_ group: RunningGroup) {
    for action in prepareTakeover(by: group) {
      let member = group.members[action.member]
      switch action.action {
      case .addAddresses(let list):
        guard let link = member.holder else { break }
        let networks = Array(member.networks(of: list).prefix(1))
        // One that is here, whoever has put it there, is not to be noted as gone, nor told to the guard.
        guard table.addresses(of: link.index).allSatisfy({ !networks.contains($0.network) }) else { break }
        guardAddresses(networks, on: link.index, of: action.member, in: group)
        addresses.rehearse(networks, origin: Self.origin)
        note(networks.map { _ in .success(true) }, of: networks, on: link, of: action.member, in: group)
        forget(networks, on: link.index)
      case .announce(let list, _):
        announce(list, times: 0, of: member)
      case .send, .removeAddresses, .transition, .report: break
      }
    }
  }

  /// Decides what a takeover would be, and writes its advertisement, without doing anything: while it sleeps, the
  /// processor's caches forget the way there, which then takes a tenth of a millisecond longer.
  ///
  /// - Returns: what is to be done then, as far as it is known.
  @discardableResult
  func prepareTakeover(by group: RunningGroup) -> [RouterGroup.MemberAction] {
    var routers = group.routers
    guard routers.role == .backup, let deadline = routers.deadline else { return [] }
    let actions = routers.handle(.timer, at: deadline)
    for action in actions {
      guard case .send(let advertisement) = action.action else { continue }
      _ = group.members[action.member].outgoing(advertisement)
      _ = speaker(for: action.member, in: group)
    }
    return actions
  }

  func send(_ advertisement: Advertisement, of index: Int, in group: RunningGroup) {
    guard let socket = speaker(for: index, in: group) else { return }
    let outgoing = group.members[index].outgoing(advertisement)
    var failure: SystemError?
    var hasLeft = false
    for message in outgoing.messages {
      do throws(SystemError) {
        try socket.raw.send(message.bytes, from: outgoing.source, to: message.destination)
        hasLeft = true
      } catch {
        failure = error
      }
    }
    if hasLeft { group.members[index].sent += 1 }
    guard failure != nil || group.members[index].isSendingFailing else { return }
    // Of an interface that is gone or down it is told already.
    let isUp = group.members[index].link.flatMap { table.links[$0.index]?.isUp } ?? false
    if let failure, isUp, !group.members[index].isSendingFailing {
      report(.router(group.members[index].configuration, cannotSend: failure))
    }
    group.members[index].isSendingFailing = failure != nil
  }

  /// The socket that a router's advertisements leave by: while it is Active, that of its virtual MAC address.
  ///
  /// To peers it speaks from its own hardware address, at which they answer.
  private func speaker(for index: Int, in group: RunningGroup) -> RouterSocket? {
    let family = group.members[index].configuration.family
    if group.routers.members[index].role == .active { takeDevice(of: index, in: group, up: true) }
    if let link = group.members[index].virtualLink, link.isUp,
      let socket = sockets[RouterSocket.Key(interface: link.index, family: family)]
    {
      return socket
    }
    return group.members[index].link.flatMap {
      sockets[RouterSocket.Key(interface: $0.index, family: family)]
    }
  }

  private func add(_ list: [IPAddress], of index: Int, in group: RunningGroup) {
    takeDevice(of: index, in: group, up: true)
    guard let link = group.members[index].holder else { return }
    let networks = group.members[index].networks(of: list)
    guardAddresses(networks, on: link.index, of: index, in: group)
    let outcomes = addresses.add(networks, to: link.index, origin: Self.origin)
    note(outcomes, of: networks, on: link, of: index, in: group)
  }

  /// Notes what has become of addresses that were to be added, each of which may have been there before.
  private func note(
    _ outcomes: [Result<Bool, NetlinkError>], of networks: [IPNetwork], on link: Link, of index: Int,
    in group: RunningGroup
  ) {
    for (network, outcome) in zip(networks, outcomes) {
      if case .success(true) = outcome { made[link.index, default: []].insert(network) }
      stayed[link.index]?.remove(network)
      guard case .failure(let error) = outcome else { continue }
      report(.router(group.members[index].configuration, cannotAdd: network, error))
      group.members[index].addressGuard.letGo(at: BootClock.now)
      // Not from here: the election is in the middle of its actions.
      reassessAt = BootClock.now
    }
  }

  func remove(_ list: [IPAddress], of index: Int, in group: RunningGroup) {
    guard group.members[index].holder != nil else { return }
    remove(group.members[index].networks(of: list), of: index, in: group)
    if group.routers.members[index].role != .active { takeDevice(of: index, in: group, up: false) }
  }

  private func remove(_ networks: [IPNetwork], of index: Int, in group: RunningGroup) {
    guard let link = group.members[index].holder else { return }
    let host = host
    // A mistake of the configuration must not cost the operator the way to this host.
    let networks = networks.filter { !host.isOwn($0, on: link) }
    var removed: [IPNetwork] = []
    for (network, outcome) in zip(networks, addresses.remove(networks, from: link.index)) {
      guard case .failure(let error) = outcome else {
        removed.append(network)
        continue
      }
      keepTrying(toRemove: network, from: link.index)
      report(.router(group.members[index].configuration, cannotRemove: network, error))
    }
    forget(removed, on: link.index)
  }

  /// Notes that the kernel would not let an address go, which the peer may hold by now.
  ///
  /// Should this process end before it has done so, its guard goes on.
  func keepTrying(toRemove network: IPNetwork, from link: Int32) {
    stayed[link, default: []].insert(network)
    lookAgain(at: BootClock.now + Self.removalRetry)
  }

  /// Takes off once more what the kernel would not let go.
  func removeStayed() {
    for (index, networks) in stayed where !networks.isEmpty {
      let list = networks.sorted { $0.address < $1.address }
      var removed: [IPNetwork] = []
      for (network, outcome) in zip(list, addresses.remove(list, from: index)) {
        guard case .success = outcome else {
          lookAgain(at: BootClock.now + Self.removalRetry)
          continue
        }
        stayed[index]?.remove(network)
        removed.append(network)
      }
      forget(removed, on: index)
      if !removed.isEmpty { report(.removedAtLast(removed, interface: table.links[index]?.name)) }
    }
  }

  /// Notes that this host holds addresses no more.
  private func forget(_ networks: [IPNetwork], on link: Int32) {
    made[link]?.subtract(networks)
    unguardAddresses(networks, on: link)
  }

  /// Gives addresses of an Active router, which have these lengths of prefix on its interface, those of its
  /// configuration: to the kernel they are others, and to the election the same.
  func replace(_ old: [IPNetwork], of index: Int, in group: RunningGroup) {
    guard !old.isEmpty, let link = group.members[index].holder else { return }
    let host = host
    let next = group.members[index].networks(of: old.map(\.address)).filter { !host.isOwn($0, on: link) }
    // An IPv6 address is on an interface once, whatever its prefix; an IPv4 address is never missed.
    let isOnce = group.members[index].configuration.family == .ipv6
    if isOnce { remove(old, of: index, in: group) }
    add(next.map(\.address), of: index, in: group)
    if !isOnce { remove(old, of: index, in: group) }
  }

  /// Tells the link where addresses live, round by round.
  func announce(_ list: [IPAddress], times: Int, of member: RouterMember) {
    guard let link = member.holder, let hardwareAddress = link.hardwareAddress else { return }
    // A host that does not forward must not call itself a router: its neighbours would route through it.
    let isRouter =
      list.contains { $0.family == .ipv6 }
      && (try? Sysctl("net/ipv6/conf/\(link.name)/forwarding").read()) == "1"
    let announcements = list.map { address in
      switch address {
      case .ipv4(let address): GratuitousARP(address: address, hardwareAddress: hardwareAddress).frame
      case .ipv6(let address):
        UnsolicitedNeighbourAdvertisement(
          address: address, hardwareAddress: hardwareAddress, isRouter: isRouter
        ).frame
      }
    }
    for _ in 0..<times {
      // One that does not leave is not missed: others follow, and the neighbours ask by themselves.
      for frame in announcements { try? frames.send(frame, on: link.index) }
    }
  }

  /// Tells the link of an Active router's addresses once more if their interface has another hardware address than it
  /// had: the neighbours would go on with that one for as long as they remember it.
  func announceAnew(of index: Int, in group: RunningGroup, ifChangedSince before: Link?) {
    let member = group.members[index]
    let burst = member.configuration.announcements.burst
    guard burst > 0, group.routers.members[index].role == .active, let link = member.holder,
      let hardwareAddress = link.hardwareAddress, link.index == before?.index,
      hardwareAddress != before?.hardwareAddress
    else { return }
    announce(member.configuration.addresses.map(\.address), times: burst, of: member)
    report(.router(member.configuration, announcesAt: hardwareAddress))
  }

  private func change(_ transition: VirtualRouter.Transition, of index: Int, in group: RunningGroup) {
    group.members[index].since = .now
    group.members[index].why = transition.reason
    let router = group.members[index].configuration
    report(.router(router, transition))
    // The leader has changed before.
    let cause = transition.reason == .group ? group.members[0].why : transition.reason
    listeners.roleChanged(RoleChange(router: router, transition: transition, cause: cause))
  }
}
