internal import CKernel
internal import Glibc

/// What keeps other programs from making the calling thread late.
package enum RealTime {
  /// SCHED_RESET_ON_FORK of linux/sched.h, which the C library has for GNU programs only.
  private static let resetOnFork: Int32 = 0x4000_0000

  /// Has the calling thread run before all others that are not real-time themselves (sched(7), SCHED_FIFO).
  ///
  /// Programs that it starts are ordinary again.
  /// - Parameter priority: 1 to 99.
  /// - Throws: EPERM without CAP_SYS_NICE or a limit that allows it (`LimitRTPRIO=` of the unit).
  package static func schedule(priority: Int32) throws(SystemError) {
    var parameters = sched_param(sched_priority: priority)
    guard unsafe sched_setscheduler(0, SCHED_FIFO | resetOnFork, &parameters) == 0 else {
      throw SystemError("sched_setscheduler", errno)
    }
  }

  /// Keeps the pages of this process in memory once they were used (mlockall(2)).
  ///
  /// - Throws: ENOMEM or EPERM without CAP_IPC_LOCK or a limit that allows it (`LimitMEMLOCK=infinity` of the unit).
  package static func lockMemory() throws(SystemError) {
    // On fault: what is reserved and never used, such as most of every stack, stays nothing.
    guard mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 else {
      throw SystemError("mlockall", errno)
    }
  }
}
