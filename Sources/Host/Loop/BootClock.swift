internal import Glibc

/// Time since the boot, in nanoseconds, suspension included (CLOCK_BOOTTIME).
///
/// CLOCK_MONOTONIC stands still while the host is suspended: a router that slept for an hour would believe that it
/// advertised a moment ago. This clock tells it the truth, and nobody sets it.
package enum BootClock {
  /// Now.
  package static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Waits without sleeping until a time in nanoseconds, as ``now`` tells it: for where the time to wake up matters.
  package static func spin(until time: Int64) {
    while now < time {}
  }

  /// Sleeps until a time in nanoseconds, as ``now`` tells it, or until a signal comes (clock_nanosleep(2)).
  package static func rest(until time: Int64) {
    guard time > 0 else { return }
    var time = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    unsafe clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nil)
  }
}
