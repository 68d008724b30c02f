internal import Glibc
internal import Host
internal import Model
internal import VRRP

//  A daemon that is killed leaves its addresses on the host, and the peer takes them over: two hosts would hold them
//  until somebody starts the daemon again. Its guard, `pintle guard`, is a process that outlives it for so long that
//  clients notice nothing: it takes an address off once the peer may have it.

extension RouterDriver {
  /// Tells the guard of virtual addresses that this host is about to hold.
  ///
  /// Without the daemon they stay for Active_Down_Interval of the router's own priority: a Backup's is no shorter, and
  /// the last advertisement is at most an interval older than the daemon's end, so that both hold them for no longer
  /// than that.
  func guardAddresses(_ networks: [IPNetwork], on interface: Int32, of index: Int, in group: RunningGroup) {
    let router = group.routers.members[index]
    let patience = router.settings.interval.activeDownInterval(
      of: router.priority, in: router.settings.version)
    for network in networks {
      tellGuard(.hold(HeldAddress(interface: interface, network: network), patience.nanoseconds))
    }
  }

  /// Tells the guard that this host holds addresses no more.
  func unguardAddresses(_ networks: [IPNetwork], on interface: Int32) {
    for network in networks { tellGuard(.release(HeldAddress(interface: interface, network: network))) }
  }

  /// Has the guard's end told at once.
  func watchGuard() throws(SystemError) {
    guard let lifeline else { return }
    try loop.watch(lifeline.descriptor) { [unowned self] in loseGuard(SystemError("write", EPIPE)) }
  }

  private func tellGuard(_ note: HeldAddress.Note) {
    do throws(SystemError) {
      try lifeline?.send(note.line)
    } catch {
      loseGuard(error)
    }
  }

  private func loseGuard(_ error: SystemError) {
    guard let lifeline else { return }
    loop.unwatch(lifeline.descriptor)
    self.lifeline = nil
    report(.notGuarded(error))
  }
}
