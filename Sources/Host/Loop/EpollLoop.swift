internal import CKernel
internal import Glibc

/// One thread's wait for descriptors and for one deadline (epoll(7), timerfd_create(2)).
///
/// Whatever a descriptor has is handled before a deadline that has come: what lay in a socket counts as heard.
package final class EpollLoop {
  /// How many descriptors one wake-up learns of.
  private static let eventCount = 128

  private let epoll: FileDescriptor
  private let timer: FileDescriptor
  private var handlers: [Int32: () -> Void] = [:]
  private var armed: Int64?
  private var isStopped = false
  /// How often it has waited.
  package private(set) var rounds: UInt64 = 0

  /// A loop that watches nothing.
  ///
  /// - Throws: where this process has no descriptor left.
  package init() throws(SystemError) {
    epoll = try FileDescriptor("epoll_create1", epoll_create1(Int32(EPOLL_CLOEXEC)))
    timer = try FileDescriptor(
      "timerfd_create", timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK)))
    // By its edges, so that nobody has to read it: arming it anew takes back that it has fired.
    try add(timer.number, EPOLLIN.rawValue | EPOLLET.rawValue)
  }

  /// Calls `handler` whenever a descriptor has something to read, until ``unwatch(_:)``.
  ///
  /// The handler need not take everything: what is left wakes the loop again.
  package func watch(_ descriptor: Int32, _ handler: @escaping () -> Void) throws(SystemError) {
    try add(descriptor, EPOLLIN.rawValue)
    handlers[descriptor] = handler
  }

  private func add(_ descriptor: Int32, _ events: UInt32) throws(SystemError) {
    var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: descriptor))
    guard unsafe epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      throw SystemError("epoll_ctl", errno)
    }
  }

  /// Forgets a descriptor; to be called before it is closed.
  package func unwatch(_ descriptor: Int32) {
    handlers[descriptor] = nil
    var event = unsafe epoll_event()
    unsafe epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, &event)
  }

  /// Runs until ``stop()``.
  ///
  /// - Parameters:
  ///   - deadline: when to call `onDeadline`, on ``BootClock``; nil: not before something else happens. It is asked
  ///     again after everything that happened.
  ///   - onDeadline: called when the deadline has come, with the time.
  /// - Throws: where the kernel refuses to wait, which only a mistake in this process can bring about.
  package func run(
    deadline: () -> Int64?, onDeadline: (_ now: Int64) -> Void
  ) throws(SystemError) {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: Self.eventCount)
    while !isStopped {
      let next = deadline()
      // What is due needs no timer, whose way through the kernel takes longer.
      let isDue = next.map { $0 <= BootClock.now } ?? false
      if !isDue { arm(next) }
      rounds &+= 1
      let count = unsafe epoll_wait(epoll.number, &events, Int32(Self.eventCount), isDue ? 0 : -1)
      guard count >= 0 || errno == EINTR else { throw SystemError("epoll_wait", errno) }
      for index in 0..<max(Int(count), 0) {
        let descriptor = unsafe events[index].data.fd
        // It has fired: the same deadline must be armed anew if it is asked for again.
        if descriptor == timer.number { armed = nil } else { handlers[descriptor]?() }
      }
      // A full answer may have left a socket out; it comes first in the next one.
      guard count < Self.eventCount, !isStopped else { continue }
      let now = BootClock.now
      if let deadline = deadline(), deadline <= now { onDeadline(now) }
    }
  }

  /// Ends ``run(deadline:onDeadline:)`` after what is being handled.
  package func stop() {
    isStopped = true
  }

  private func arm(_ deadline: Int64?) {
    guard deadline != armed else { return }
    armed = deadline
    // Zero would disarm it: a deadline in the past is one nanosecond after the boot.
    let nanoseconds = deadline.map { max($0, 1) } ?? 0
    var time = itimerspec()
    time.it_value = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    unsafe timerfd_settime(timer.number, Int32(TFD_TIMER_ABSTIME), &time, nil)
  }
}
