internal import Configuration
internal import Control
internal import Host
internal import Model
internal import VRRP

extension RouterDriver {
  /// How all routers are, group by group.
  var records: [RouterRecord] {
    groups.flatMap { group in
      group.members.indices.map { index in
        let key = group.members[index].link.map {
          RouterSocket.Key(interface: $0.index, family: group.members[index].configuration.family)
        }
        return RouterRecord(
          group.members[index], group.routers.members[index],
          foreign: key.flatMap { sockets[$0]?.foreign } ?? 0)
      }
    }
  }
}

extension RouterRecord {
  /// How a router is; `foreign` counts the messages of other virtual routers on its interface.
  init(_ member: RouterMember, _ router: VirtualRouter, foreign: UInt64) {
    let (configuration, settings) = (member.configuration, router.settings)
    var rejected = Dictionary(uniqueKeysWithValues: Rejection.Label.allCases.map { ($0.rawValue, UInt64(0)) })
    for (label, count) in member.rejections.counts { rejected[label.rawValue] = count }
    rejected[Rejection.Label.foreignVirtualRouter.rawValue] = foreign
    let interval = router.activeInterval
    self.init(
      name: configuration.name, interface: configuration.interface, id: configuration.id,
      family: configuration.family == .ipv4 ? "ipv4" : "ipv6", role: Role(router.role), since: member.since,
      why: member.why.text,
      priority: Priority(configured: configuration.priority, effective: router.priority.value),
      addresses: configuration.addresses.map(\.description),
      advertisementInterval: Milliseconds(settings.interval.duration),
      activeDownInterval: Milliseconds(
        interval.activeDownInterval(of: router.priority, in: settings.version)),
      skewTime: Milliseconds(interval.skewTime(of: router.priority, in: settings.version)),
      peer: router.activePeer.map { Peer(address: $0.address.description, priority: $0.priority.value) },
      counters: Counters(
        advertisementsSent: member.sent, advertisementsReceived: member.received, rejected: rejected),
      faults: (router.isHandedOver ? ["handed over"] : []) + router.adjustments.keys.sorted())
  }
}

extension RouterRecord.Role {
  /// The role in the words of a record.
  init(_ role: VirtualRouter.Role) {
    switch role {
    case .initialize: self = .initialize
    case .backup: self = .backup
    case .active: self = .active
    }
  }
}
