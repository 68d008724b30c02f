internal import CKernel
internal import Glibc

/// What the daemon tells the service manager that started it (sd_notify(3)).
///
/// Without one (`$NOTIFY_SOCKET` is not set) nothing is told to nobody. Any thread may speak.
package struct ServiceManager: Sendable {
  private let path: String?

  /// How often it wants to hear that the daemon works; nil: it does not care.
  package let watchdogInterval: Duration?

  /// The manager of this process, by `$NOTIFY_SOCKET`, `$WATCHDOG_USEC` and `$WATCHDOG_PID`.
  package init() {
    self.init { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
  }

  /// The manager that an environment names.
  package init(environment: (String) -> String?) {
    path = environment("NOTIFY_SOCKET")
    let isForThisProcess = environment("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
    let microseconds = environment("WATCHDOG_USEC").flatMap { Int64($0) } ?? 0
    watchdogInterval = isForThisProcess && microseconds > 0 ? .microseconds(microseconds) : nil
  }

  /// The start, or a reload, is complete.
  package func ready(_ status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }

  /// A reload begins; ``ready(_:)`` ends it, also where the old configuration stays.
  package func reloading() {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
  }

  /// The end begins.
  package func stopping() { send("STOPPING=1\nSTATUS=stopping") }

  /// The end takes longer than usual: so long from now at most.
  package func extendTimeout(to time: Duration) {
    send("EXTEND_TIMEOUT_USEC=\(Int64(time / .microseconds(1)))")
  }

  /// One line on what the daemon does, for `systemctl status`.
  package func status(_ text: String) { send("STATUS=\(Self.line(text))") }

  /// The daemon works; to be said twice per ``watchdogInterval``.
  package func alive() { send("WATCHDOG=1") }

  /// A line feed would begin an assignment.
  private static func line(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }

  /// Sends, and waits a second at most where the manager is busy: none of this is worth more than the daemon's work.
  private func send(_ text: String) {
    guard let path, var address = UnixAddress.make(path) else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let bytes = Array(text.utf8)
    unsafe withUnsafePointer(to: &address) {
      _ = unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(
          descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, UnixAddress.length(path))
      }
    }
  }
}
