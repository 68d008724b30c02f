internal import Configuration
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix

//                       main thread                          thread N (one NIO event loop)
//
//   signals ──────────> waits, then stops ────────────────> Director: balancers, plans ──── netlink ──> kernel
//                                                              ▲
//                                                              └── ServerChecker ... ── sockets ──> servers

/// The composition root: starts the director on its thread, and waits for the signal to stop.
enum Daemon {
  /// Runs until SIGTERM or SIGINT; SIGHUP reloads.
  ///
  /// - Throws: where the table cannot be programmed at the start.
  static func run(_ configuration: DirectorConfiguration, from file: String, runtime: RuntimeDirectory) throws
  {
    let log = EventLog(Logger(label: "pintle") { _ in StandardErrorHandler() })
    // Blocked before there is a second thread, so that only the wait below receives them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let loop = group.next()
    let director = try loop.submit {
      let director = try Director(configuration, from: file, runtime: runtime, on: loop, log: log)
      return NIOLoopBound(director, eventLoop: loop)
    }.wait()

    var signal: Int32 = 0
    while sigwait(&signals, &signal) != 0 || signal == SIGHUP {
      // What became of it is told already.
      if signal == SIGHUP { _ = try? loop.flatSubmit { director.value.reload() }.wait() }
    }
    let stop = try loop.submit { director.value.generation.configuration.stop }.wait()
    log.report(.stopping(signal == SIGINT ? "SIGINT" : "SIGTERM", stop))
    try loop.submit { director.value.stop() }.wait()
    log.report(.stopped())
  }
}
