internal import Balancing
internal import Host
internal import Model
internal import NIOCore

/// Source NAT, and what must not reach this director's own TCP.
extension DataPath {
  /// What the packet filter does now.
  ///
  /// A segment that comes with the addresses may belong to a connection of which the peer's word is still on its way: it
  /// must not be reset. The rule is there before the addresses are.
  var rules: PacketFilterRules {
    var rules = needs.rules
    let settled = held.settled(at: .now)
    rules.arrivals = needs.arrivals.filter { !settled.contains($0.address) }
    rules.noted = noted
    rules.untracked = Set(untracked.keys)
    return rules
  }

  /// Takes over the table that an earlier daemon left, so that it goes if nothing needs it.
  func adoptTable() {
    hasLooked = true
    if filter == nil, var filter = try? PacketFilter(), filter.listing() != nil {
      self.filter = consume filter
    }
  }

  /// Hears of it when somebody deletes the table, from now on.
  ///
  /// Where that cannot be, the poll looks.
  func watchTable() {
    let dataPath = NIOLoopBound(self, eventLoop: loop)
    try? PacketFilterWatch.start { [loop] in
      loop.execute { dataPath.value.tableWasDeleted() }
    }
    // Of those before nobody has told.
    ownDeletions = 0
  }

  /// From one look at the table to the next, where somebody deletes it over and over.
  private static let restraint = TimeAmount.milliseconds(100)

  private func tableWasDeleted() {
    // Whoever puts the table in another's place deletes that one: this director, too.
    if ownDeletions > 0 {
      ownDeletions -= 1
      return
    }
    guard !isLookDue else { return }
    isLookDue = true
    loop.assumeIsolated().scheduleTask(deadline: lastLook + Self.restraint) { [weak self] in
      guard let self else { return }
      isLookDue = false
      lastLook = .now()
      if !isStopped, !rules.isEmpty { keepRules() }
    }
  }

  /// Repairs the table if somebody has changed it.
  func keepRules() {
    guard !rules.isEmpty, rules == applied, listing != nil else { return applyRules() }
    guard filter?.listing() != listing else { return }
    applyRules()
    if listing != nil { log.report(.packetFilterRepaired()) }
  }

  /// Puts the table in place, or takes it away where it has nothing to do.
  func applyRules() {
    let rules = rules
    if rules.isEmpty, listing == nil, filter == nil { return }
    do throws(PacketFilter.Failure) {
      if filter == nil { filter = try PacketFilter() }
      try filter?.apply(rules)
      ownDeletions += 1
      applied = rules
      listing = rules.isEmpty ? nil : filter?.listing()
      if rules.isEmpty { filter = nil }
      complaints["packet filter"] = nil
    } catch {
      listing = nil
      complain("packet filter", .packetFilterFailed(error.description))
    }
  }
}
