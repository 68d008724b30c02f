internal import Host
internal import Model
internal import VRRP

//  A daemon that is killed leaves its addresses on the host, and the peer takes them over: two hosts would hold them
//  until somebody starts the daemon again. Its guard, `pintle guard`, is a process that outlives it for as long as
//  the peer waits: it takes an address off when that one may have it.

extension RouterDriver {
  /// Tells the guard of virtual addresses that this host is about to hold.
  ///
  /// Without the daemon they stay for Active_Down_Interval of the router's own priority. A Backup of lower priority waits
  /// no shorter, from an advertisement that is at most an interval older than the daemon's end: both hold them for an
  /// interval at most, or nobody does for what the Backup's Skew_Time is longer.
  func guardAddresses(_ networks: [IPNetwork], on interface: Int32, of index: Int, in group: RunningGroup) {
    let router = group.routers.members[index]
    let patience = router.settings.interval.activeDownInterval(
      of: router.priority, in: router.settings.version)
    tellGuard(networks.map { .hold(HeldAddress(interface: interface, network: $0), patience.nanoseconds) })
  }

  /// Tells the guard that this host holds addresses no more.
  func unguardAddresses(_ networks: [IPNetwork], on interface: Int32) {
    tellGuard(networks.map { .release(HeldAddress(interface: interface, network: $0)) })
  }

  /// Has a guard from now on, and its end told at once; before ``run()``.
  func use(_ lifeline: Lifeline) throws(SystemError) {
    try loop.watch(lifeline.descriptor) { [unowned self] in loseGuard("it has ended") }
    self.lifeline = lifeline
  }

  private func tellGuard(_ notes: [HeldAddress.Note]) {
    guard !notes.isEmpty else { return }
    do throws(SystemError) {
      try lifeline?.send(notes.map(\.line))
    } catch {
      loseGuard(error.description)
    }
  }

  private func loseGuard(_ reason: String) {
    guard let lifeline else { return }
    loop.unwatch(lifeline.descriptor)
    self.lifeline = nil
    report(.notGuarded(reason))
  }
}
