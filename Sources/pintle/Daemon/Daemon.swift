internal import Configuration
internal import Control
internal import Glibc
internal import Host
internal import Logging
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

/// The composition root: starts the director and the virtual routers on their threads, and waits for the signal to
/// stop.
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

    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let loop = group.next()
    let events = try loop.submit { NIOLoopBound(EventHub(on: loop), eventLoop: loop) }.wait()
    let log = EventLog(
      logger(),
      followers: [
        { event in
          let record = event.record
          loop.execute { events.value.publish(record) }
        }
      ])
    let director = try loop.submit {
      let dataPath = DataPath(on: loop, directory: runtime.path, log: log)
      func makeDirector() throws -> Director {
        try Director(
          configuration, from: file, runtime: runtime, on: loop, log: log, dataPath: dataPath)
      }
      // Without services there is nothing to direct, and no IPVS is needed.
      let director = configuration.services.isEmpty ? try? makeDirector() : try makeDirector()
      dataPath.startPolling()
      return NIOLoopBound((director: director, dataPath: dataPath), eventLoop: loop)
    }.wait()
    // Writing to a log may block, and their thread must not.
    let routers = VirtualRouters(
      listeners: VirtualRouters.Listeners(
        report: { event in loop.execute { log.report(event) } },
        roleChanged: { change in loop.execute { director.value.dataPath.follow(change) } }))
    try routers.configure(PreparedRouters(configuration))

    let control = try loop.submit {
      let (director, dataPath) = director.value
      let routersAlone = RoutersAlone(configuration, from: file, on: loop, log: log)
      func tellRouters() {
        dataPath.tellWarmth { routers.send(.connections(areKnown: $0)) }
        for (service, hasQuorum) in director?.quorums ?? [:] {
          routers.send(.service(service, hasQuorum: hasQuorum))
        }
      }
      func reloadRouters(_ prepared: PreparedRouters) throws(Failure) {
        try routers.configure(prepared)
        // To those that are the first ones, it is news.
        tellRouters()
      }
      director?.onQuorumChange = { routers.send(.service($0, hasQuorum: $1)) }
      director?.onReload = reloadRouters
      routersAlone.onReload = reloadRouters
      tellRouters()
      let control = ControlPoint(
        started: started, director: director, routersAlone: routersAlone, routers: routers,
        events: events.value, manager: manager, runtime: runtime, on: loop)
      return NIOLoopBound(control, eventLoop: loop)
    }.wait()
    try loop.flatSubmit {
      do { return try control.value.open() } catch { return loop.makeFailedFuture(error) }
    }.wait()

    var signal: Int32 = 0
    while sigwait(&signals, &signal) != 0 || signal == SIGHUP {
      // What became of it is told already.
      guard signal == SIGHUP else { continue }
      _ = try? loop.flatSubmit { control.value.reload() }.wait()
    }
    let stop = try loop.submit { control.value.generation.configuration.stop }.wait()
    log.report(.stopping(signal == SIGINT ? "SIGINT" : "SIGTERM", stop))
    try loop.submit { control.value.close() }.wait()
    // The addresses first: whatever else takes its time, the peer has them by then.
    routers.stop()
    try loop.submit {
      director.value.director?.stop()
      director.value.dataPath.stop()
    }.wait()
    log.report(.stopped())
  }

  /// To the journal in its own protocol where standard error leads there; else to standard error.
  private static func logger() -> Logger {
    let journal = StandardError.isJournal ? try? JournalSocket() : nil
    return Logger(label: "pintle") { _ in
      if let journal { JournalHandler(journal) } else { StandardErrorHandler() }
    }
  }
}
