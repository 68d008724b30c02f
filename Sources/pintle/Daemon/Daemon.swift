internal import Configuration
internal import Control
internal import Glibc
internal import Host
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

//                       main thread                          thread N (one NIO event loop)
//
//   signals ──────────> waits, then stops ────────────────> Director: balancers, plans ──── netlink ──> kernel
//                                                        DataPath: source NAT, connection sync, nudges ──> kernel
//                                                              ▲  ▲
//                                                              │  └── ServerChecker ... ── sockets ──> servers
//                                            roles, events │  │ quorum
//                                                          │  ▼
//                                                     thread V (one epoll loop, real-time where allowed)
//
//                                                     VirtualRouters: RouterDriver
//                                                       VRRP ── raw sockets ──> peers
//                                                       addresses, links ── netlink ──> kernel
//                                                       gratuitous ARP, NA ── frames ──> the link
//                                                       what is held ── pipe ──> guard, a process that outlives this one
//
//   Making interfaces with virtual MAC addresses, and reading the configuration, waits on threads of NIO's pool. The files
//   and programs of checks, on mounts that may hang, have threads of their own (SideThreads).

/// The composition root: starts what runs on its threads, and waits for the signal to stop.
enum Daemon {
  /// Runs until SIGTERM or SIGINT; SIGHUP reloads.
  ///
  /// - Throws: where the table cannot be programmed at the start.
  static func run(_ configuration: DirectorConfiguration, from file: String, runtime: RuntimeDirectory) throws
  {
    let started = Timestamp.now
    let manager = ServiceManager()
    // Blocked before there is a second thread, so that only the wait below receives them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // Whoever does not read what it says must not end it.
    _ = signal(SIGPIPE, SIG_IGN)

    // One that waits for a file system that hangs leaves others to read the kernel's connections, on one processor too.
    NIOSingletons.blockingPoolThreadCountSuggestion = 4
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let loop = group.next()
    let events = try loop.submit { NIOLoopBound(EventHub(on: loop), eventLoop: loop) }.wait()
    let journal = StandardError.isJournal ? try? JournalSocket() : nil
    let log = EventLog(
      logger(to: journal),
      followers: [
        { event in
          let record = event.record
          loop.execute { events.value.publish(record) }
        }
      ])
    let running = try loop.submit {
      NIOLoopBound(
        try RunningDaemon(configuration, from: file, runtime: runtime, on: loop, log: log), eventLoop: loop)
    }.wait()

    let control = try loop.submit {
      let control = ControlPoint(
        started: started, running: running.value, events: events.value, manager: manager, runtime: runtime,
        journal: journal)
      return NIOLoopBound(control, eventLoop: loop)
    }.wait()
    try loop.flatSubmit {
      do { return try control.value.open() } catch { return loop.makeFailedFuture(error) }
    }.wait()
    // The start is over, and with it the use of most of the program.
    ProgramText.release()

    var signal: Int32 = 0
    while sigwait(&signals, &signal) != 0 || signal == SIGHUP {
      guard signal == SIGHUP else { continue }
      // What becomes of it is told by events; the wish to stop does not wait for it.
      loop.execute { _ = control.value.reload() }
    }
    let (routers, configuration) = try loop.submit {
      (running.value.routers, running.value.generation.configuration)
    }.wait()
    log.report(.stopping(signal == SIGINT ? "SIGINT" : "SIGTERM", configuration))
    try loop.submit { control.value.close() }.wait()
    try loop.flatSubmit { running.value.drainSync() }.wait()
    // The addresses first: whatever else takes its time, the peer has them by then.
    routers?.stop()
    try loop.flatSubmit { running.value.lastWords }.wait()
    try stop(running, signals: &signals)
    // They may take longer than the service manager's patience.
    routers?.endPrograms()
    log.report(.stopped())
  }

  /// Ends what runs, which may wait for connections to end; another signal ends that wait.
  private static func stop(_ running: NIOLoopBound<RunningDaemon>, signals: inout sigset_t) throws {
    let isOver = NIOLockedValueBox(false)
    let loop = running.eventLoop
    loop.flatSubmit { running.value.stop() }.whenComplete { _ in
      isOver.withLockedValue { $0 = true }
      // Wakes the wait below.
      kill(getpid(), SIGTERM)
    }
    repeat {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0, signal != SIGHUP, !isOver.withLockedValue({ $0 }) else {
        continue
      }
      loop.execute { running.value.hasten() }
    } while !isOver.withLockedValue { $0 }
  }

  /// To the journal in its own protocol where standard error leads there; else to standard error.
  static func logger(to journal: JournalSocket?) -> Logger {
    Logger(label: "pintle") { _ in
      if let journal { JournalHandler(journal) } else { StandardErrorHandler() }
    }
  }
}
