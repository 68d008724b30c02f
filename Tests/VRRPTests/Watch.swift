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
  /// Since when two have been.
  var rivalsSince: Int64?
  /// Since when the network is whole.
  var wholeSince: Int64?
  /// Since when each router has been able to serve without a break.
  var ableSince: [Int: Int64] = [:]

  init(longest: Int64, hold: Int64, slowest: Int64, version: ProtocolVersion) {
    self.longest = longest
    self.slowest = slowest
    // Active_Down_Interval of the lowest priority at the longest interval, whose Skew_Time is in version 2 a second.
    let skew = version == .v2 ? 1_000_000_000 : longest
    patience = 3 * longest + skew + hold + slowest
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

    for index in nodes.indices {
      let isAble = able.contains(index)
      if !isAble {
        watch.ableSince[index] = nil
      } else if watch.ableSince[index] == nil {
        watch.ableSince[index] = now
      }
    }

    if holders.isEmpty {
      let since = watch.orphanedSince ?? now
      watch.orphanedSince = since
      for (index, ableSince) in watch.ableSince where now - max(since, ableSince) > watch.patience {
        fail("nobody has been Active since \(since / Self.millisecond) ms, and router \(index + 1) lives")
      }
    } else {
      watch.orphanedSince = nil
    }

    guard let wholeSince = watch.wholeSince else { return }
    if holders.count > 1 {
      let since = watch.rivalsSince ?? now
      watch.rivalsSince = since
      if now - since > watch.longest + watch.slowest {
        fail("routers \(holders.map { $0 + 1 }) have both been Active since \(since / Self.millisecond) ms")
      }
    } else {
      watch.rivalsSince = nil
    }
    // A takeover by somebody of higher priority, after its preempt delay, makes two for a moment.
    let rivalry = now - (watch.rivalsSince ?? now)
    if now - wholeSince > watch.patience + watch.longest, rivalry > watch.slowest {
      fail("the network is whole, and routers \(holders.map { $0 + 1 }) are Active")
    }
  }
}
