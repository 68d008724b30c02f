internal import Configuration
internal import Glibc
internal import Host
internal import Model
internal import Netlink
internal import VRRP

extension RouterDriver {
  /// How soon reading the host's state is tried again after it failed, in nanoseconds.
  private static let retryDelay: Int64 = 100_000_000

  /// Takes in what changed about interfaces and addresses, and holds the routers against it.
  ///
  /// - Parameter isQuiet: whether to leave the routers alone where nothing came but the addresses that this daemon has put
  ///   there: after a takeover the processors are the clients'.
  func followHost(unlessOwn isQuiet: Bool = false) {
    let losses = table.losses
    let isNews: Bool
    do throws(NetlinkError) {
      isNews = try table.follow { [made] in made[$0]?.contains($1) == true }
      isHostUnreadable = false
    } catch {
      if !isHostUnreadable { report(.hostUnreadable(error)) }
      isHostUnreadable = true
      reassessAt = BootClock.now + Self.retryDelay
      return
    }
    if table.losses > losses { report(.hostReadAgain()) }
    if isNews || !isQuiet { reassess(groups) }
  }

  /// Has groups take part, after what an earlier life may have left is gone.
  func start(_ groups: [RunningGroup]) {
    reassess(groups)
    for group in groups {
      removeLeftovers(of: group)
      if !handedOver.isDisjoint(with: group.names) { handOver(group) }
      tell(.start, to: group)
      rehearse(group)
      let faults = group.routers.members[0].faults
      // It changes no role, and yet an operator waits for it.
      if !faults.isEmpty { report(.group(group.configurations, waitsFor: faults)) }
    }
  }

  /// Holds routers against the host as it is.
  func reassess(_ groups: [RunningGroup]) {
    reassessAt = nil
    let now = BootClock.now
    removeStayed()
    let host = host
    for group in groups { adjust(group, to: host, at: now) }
    updateSockets()
    keepDevices()
    for group in groups where group.routers.role == .active { restoreAddresses(of: group, host, at: now) }
  }

  /// The host as it is now.
  ///
  /// The virtual addresses are those of all groups: another router's on the same interface is nobody's own either.
  var host: HostView {
    let floating = Set(groups.flatMap(\.members).flatMap(\.configuration.addresses).map(\.address))
    return HostView(table, floating: floating, made: made)
  }

  /// Brings faults, priorities and own addresses of a group to what the host has.
  private func adjust(_ group: RunningGroup, to host: HostView, at now: Int64) {
    var wanted: [String: Adjustment] = [:]
    var ready: [(link: Link, own: IPAddress)?] = []
    for index in group.members.indices {
      group.members[index].addressGuard.resume(at: now)
      observeCarriers(of: index, in: group, host, at: now)
      let member = group.members[index]
      let interface = RouterInterface(of: member.configuration, in: host) {
        member.carriers[$0.name]?.hasCarrier ?? $0.isRunning
      }
      switch interface {
      case .ready(let link, let own):
        let fault = takeUpDevice(of: index, in: group, on: link) ?? openEars(of: index, in: group, on: link)
        if let fault { wanted[fault] = .fault }
        ready.append(fault == nil ? (link, own) : nil)
      case .fault(let reason):
        group.members[index].wasOut = true
        wanted[reason] = .fault
        ready.append(nil)
      }
      wanted.merge(adjustments(of: member, host)) { $1 }
      if let until = member.addressGuard.pausedUntil { lookAgain(at: until) }
    }
    // Of routers that move together one service is enough to be worth something.
    let own = group.members.flatMap(\.configuration.services.ofAddresses)
    if !own.isEmpty, servicesWithoutQuorum.isSuperset(of: own) {
      wanted["no service on the addresses has its quorum"] = .lowest
    }
    // What keeps the group from serving first, while the addresses can still be taken off the old interface.
    apply(wanted, to: group) { $0 == .fault }
    for index in group.members.indices {
      guard let (link, own) = ready[index] else {
        // An interface that is gone takes its index with it; one that is down keeps its socket.
        if let old = group.members[index].link, table.links[old.index] == nil {
          group.members[index].link = nil
          group.members[index].virtualLink = nil
        }
        continue
      }
      // Another interface has its name now, and the one before is still there.
      if let old = group.members[index].link, old.index != link.index, group.routers.role == .active {
        remove(group.members[index].configuration.addresses.map(\.address), of: index, in: group)
      }
      let before = group.members[index].holder
      group.members[index].link = link
      announceAnew(of: index, in: group, ifChangedSince: before)
      lookElsewhere(for: index, in: group, host)
      if group.members[index].reception.ownAddress != own { use(own, for: index, in: group) }
    }
    apply(wanted, to: group) { $0 != .fault }
    for (name, adjustment) in group.routers.members[0].adjustments where wanted[name] == nil {
      tell(.adjust(name, nil), to: group)
      report(adjustment, of: group, because: name, isOver: true)
    }
  }

  private func report(
    _ adjustment: Adjustment, of group: RunningGroup, because name: String, isOver: Bool = false
  ) {
    switch adjustment {
    case .priority, .lowest:
      report(.group(group.configurations, hasPriority: group.priority, because: name, isOver: isOver))
    case .noPreemption:
      report(.group(group.configurations, preemptsNobody: name, isOver: isOver))
    // The change of role tells it.
    case .fault: break
    }
  }

  private func apply(
    _ wanted: [String: Adjustment], to group: RunningGroup, _ isMeant: (Adjustment) -> Bool
  ) {
    for (name, adjustment) in wanted.sorted(by: { $0.key < $1.key }) where isMeant(adjustment) {
      guard group.routers.members[0].adjustments[name] != adjustment else { continue }
      tell(.adjust(name, adjustment), to: group)
      report(adjustment, of: group, because: name)
    }
  }

  /// Tells of virtual addresses that this host answers for whatever its role is; each time that it becomes so.
  private func lookElsewhere(for index: Int, in group: RunningGroup, _ host: HostView) {
    let member = group.members[index]
    let router = member.configuration
    let holders = Set([member.link, member.virtualLink].compactMap { $0?.index })
    var places = host.places(of: router.addresses.map(\.address), besides: holders)
    // In IPv6 an interface answers for its own addresses alone, and in IPv4 if it is told so.
    if places.isEmpty || router.family == .ipv6 || answersForItselfAlone(router.interface) { places = [] }
    // On its own interface nothing keeps a Backup from answering.
    if group.routers.role == .backup { places += host.foreignPlaces(of: router.addresses, on: holders) }
    guard places != member.elsewhere else { return }
    group.members[index].elsewhere = places
    if !places.isEmpty { report(.router(router, findsAddressesElsewhere: places)) }
  }

  private func answersForItselfAlone(_ interface: String) -> Bool {
    // The larger of the two holds.
    ["all", interface].contains { (try? Sysctl("net/ipv4/conf/\($0)/arp_ignore").read()) ?? "0" != "0" }
  }

  private func use(_ own: IPAddress, for index: Int, in group: RunningGroup) {
    let configuration = group.members[index].configuration
    // The configuration has made settings before; only the address is new.
    guard let settings = try? configuration.settings(ownAddress: own) else { return }
    group.members[index].reception = configuration.reception(of: settings)
    tell(.configure(settings), to: group, member: index)
  }

  func lookAgain(at time: Int64) {
    reassessAt = min(reassessAt ?? time, time)
  }

  // MARK: - What outside things do to the priority

  private func adjustments(of member: RouterMember, _ host: HostView) -> [String: Adjustment] {
    let router = member.configuration
    var adjustments: [String: Adjustment] = [:]
    if member.addressGuard.pausedUntil != nil {
      adjustments["addresses of \(router.name) cannot be held"] = .fault
    }
    for tracked in router.interfaces {
      let link = host.link(named: tracked.name)
      if link?.isUp == true, member.carriers[tracked.name]?.hasCarrier == true { continue }
      adjustments["interface \(tracked.name) is down or has no carrier"] =
        tracked.weight.map(Adjustment.priority) ?? .fault
    }
    // The lowest priority takes part: a peer that has servers takes the addresses, and if nobody has any, they stay where
    // they are.
    for tracked in router.services.listed where servicesWithoutQuorum.contains(tracked.name) {
      adjustments["service \(tracked.name) has no quorum"] =
        tracked.weight.map(Adjustment.priority) ?? .lowest
    }
    if isLearningConnections {
      adjustments["the peer's connections are still being copied here"] = .noPreemption
    }
    for script in router.scripts where failingScripts[router.name]?.contains(script.name) == true {
      adjustments["script \(script.name) fails"] = script.weight.map(Adjustment.priority) ?? .fault
    }
    return adjustments
  }

  private func observeCarriers(of index: Int, in group: RunningGroup, _ host: HostView, at now: Int64) {
    let router = group.members[index].configuration
    let delay = router.carrierDelay.nanoseconds
    for name in [router.interface] + router.interfaces.map(\.name) {
      let isRunning = host.link(named: name)?.isRunning ?? false
      // An interface that nobody had seen is as it is found.
      var carrier = group.members[index].carriers[name] ?? CarrierDelay(isRunning)
      carrier.observe(isRunning, at: now, delay: delay)
      group.members[index].carriers[name] = carrier
      if let deadline = carrier.deadline(delay: delay) { lookAgain(at: deadline) }
    }
  }

  // MARK: - Addresses

  /// Puts back what somebody took from an Active router.
  private func restoreAddresses(of group: RunningGroup, _ host: HostView, at now: Int64) {
    for index in group.members.indices {
      let router = group.members[index].configuration
      guard let link = group.members[index].holder else { continue }
      let missing = router.addresses.filter { !host.has($0, on: link) }
      guard !missing.isEmpty else { continue }
      guardAddresses(missing, on: link.index, of: index, in: group)
      var restored: [IPAddress] = []
      for (network, outcome) in zip(missing, addresses.add(missing, to: link.index, origin: Self.origin)) {
        switch outcome {
        case .success(true):
          made[link.index, default: []].insert(network)
          restored.append(network.address)
        // It is there: this router has put it there after the host was looked at.
        case .success(false): break
        // Its interface is about to be gone as well, and made anew.
        case .failure(.refused(errno: ENODEV)) where router.hasVirtualMAC: lookAgain(at: now)
        case .failure(let error):
          report(.router(router, cannotAdd: network, error))
          group.members[index].addressGuard.letGo(at: now)
          lookAgain(at: now)
        }
      }
      guard !restored.isEmpty else { continue }
      announce(restored, times: router.announcements.burst, of: group.members[index])
      report(.router(router, restored: restored))
      group.members[index].addressGuard.repaired(at: now)
      if group.members[index].addressGuard.pausedUntil != nil { lookAgain(at: now) }
    }
  }
}
