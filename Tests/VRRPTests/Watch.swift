import Model
import VRRP

/// What is remembered to judge a history.
struct Watch {
  /// The longest advertisement interval of any router.
  let longest: Int64
  /// The longest time that a message takes.
  let slowest: Int64
  /// After so long without an Active router, one that lives has taken over.
  let patience: Int64
  /// Since when nobody has been Active while somebody could be; none: somebody is, or nobody can.
  var orphanedSince: Int64?
  /// When the only Active router released the addresses on a whole network.
  var releasedAt: Int64?
  /// The longest Skew_Time of any router.
  let skew: Int64
  /// Since when two have been.
  var rivalsSince: Int64?
  /// Since when the network is whole.
  var wholeSince: Int64?
  /// Whether a router failed since then.
  var hasFailure = false
  /// When each router released its addresses last, if it does so no more.
  var releasingUntil: [Int: Int64] = [:]
  /// How many had the addresses after the last event.
  var holderCount = 0
  /// Until when more than one had them.
  var rivalsUntil: Int64?
  /// Since when each router has been able to serve without a break.
  var ableSince: [Int: Int64] = [:]

  init(longest: Int64, hold: Int64, slowest: Int64, version: ProtocolVersion) {
    self.longest = longest
    self.slowest = slowest
    // Active_Down_Interval of the lowest priority at the longest interval, whose Skew_Time is in version 2 a second.
    skew = version == .v2 ? 1_000_000_000 : longest
    patience = 3 * longest + skew + hold + slowest
  }

  /// The only one that has the addresses releases them: somebody else takes over soon.
  ///
  /// But for one that has yielded to it just now: its last word may come after the release, and sounds like a living
  /// Active router to others.
  mutating func released(at now: Int64) {
    if let rivalsUntil, now - rivalsUntil <= 2 * slowest { return }
    releasedAt = now
  }

  mutating func healed(at now: Int64) {
    wholeSince = now
    rivalsSince = nil
  }
}

extension SimulatedLAN {
  /// Judges what is so since the last event, then looks at what is so now.
  mutating func check() {
    let awake = nodes.indices.filter { nodes[$0].isUp && nodes[$0].sleepsUntil == nil }
    let able = awake.filter { nodes[$0].router.role != .initialize }
    // The addresses of one that sleeps are still there.
    let holders = nodes.indices.filter { nodes[$0].hasAddresses }

    for index in nodes.indices where nodes[index].router.isReleasing { watch.releasingUntil[index] = now }

    for index in nodes.indices {
      let isAble = able.contains(index)
      if !isAble {
        watch.ableSince[index] = nil
      } else if watch.ableSince[index] == nil {
        watch.ableSince[index] = now
      }
    }

    if max(watch.holderCount, holders.count) > 1 { watch.rivalsUntil = now }
    watch.holderCount = holders.count

    // What ends with this event is judged as well.
    if let since = watch.orphanedSince {
      for (index, ableSince) in watch.ableSince where now - max(since, ableSince) > watch.patience {
        fail("nobody has been Active since \(since / Self.millisecond) ms, and router \(index + 1) lives")
      }
      let heard = watch.longest + watch.slowest
      if let releasedAt = watch.releasedAt, now - releasedAt > watch.skew + watch.slowest,
        watch.ableSince.values.contains(where: { $0 < releasedAt - heard })
      {
        fail("nobody took over what was released at \(releasedAt / Self.millisecond) ms")
      }
    }
    watch.orphanedSince = holders.isEmpty ? watch.orphanedSince ?? now : nil
    if !holders.isEmpty { watch.releasedAt = nil }

    guard let wholeSince = watch.wholeSince else { return }
    if let since = watch.rivalsSince, now - since > watch.longest + watch.slowest {
      fail("routers \(holders.map { $0 + 1 }) have both been Active since \(since / Self.millisecond) ms")
    }
    watch.rivalsSince = holders.count > 1 ? watch.rivalsSince ?? now : nil
    guard now - wholeSince > watch.patience + watch.longest else { return }
    // A takeover makes two for a moment, and equals take over together: all of them until they have heard the first,
    // and then until the losers have heard the winner, who answers within a tenth of its interval.
    if now - (watch.rivalsSince ?? now) > max(watch.slowest, watch.longest / 10) + watch.slowest {
      fail("the network is whole, and routers \(holders.map { $0 + 1 }) are Active")
    }
    if !watch.hasFailure, holders.isEmpty, watch.ableSince.values.contains(where: { $0 <= wholeSince }) {
      fail("the network is whole, and nobody is Active")
    }
  }

  /// A router that slept while others surely took over does not speak first.
  mutating func checkAwakening(of index: Int) {
    let router = nodes[index].router
    guard router.role == .active, router.priority != .owner else { return }
    if now - nodes[index].sleepsSince > 2 * watch.patience {
      fail("router \(index + 1) slept since \(nodes[index].sleepsSince / Self.millisecond) ms, and is Active")
    }
  }

  /// On a whole network nobody takes over from a superior router that lives and that it heard.
  mutating func checkClaim(of index: Int) {
    guard let wholeSince = watch.wholeSince else { return }
    let heard = watch.longest + watch.slowest
    func isKnown(since time: Int64?) -> Bool { now - max(wholeSince, time ?? now) > heard }
    let claimant = nodes[index]
    guard isKnown(since: watch.ableSince[index]) else { return }
    for other in nodes.indices
    where other != index && nodes[other].hasAddresses && !nodes[other].router.isReleasing {
      let isSuperior =
        (nodes[other].router.priority, nodes[other].ownAddress)
        > (claimant.router.priority, claimant.ownAddress)
      // Who heard the release may take over until it hears that it is over.
      let speaksSince = max(nodes[other].router.since?.nanoseconds ?? now, watch.releasingUntil[other] ?? 0)
      if isSuperior, isKnown(since: speaksSince) {
        fail("router \(index + 1) takes over from router \(other + 1), which lives and is superior")
      }
    }
  }
}
