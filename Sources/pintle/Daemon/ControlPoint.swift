internal import Configuration
internal import Control
internal import Host
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// What is asked of the daemon from outside, by signal or over the socket; everything happens on its event loop.
final class ControlPoint {
  let running: RunningDaemon
  let events: EventHub
  let started: Timestamp
  /// Where the events go; nil: not to the journal.
  let journal: JournalSocket?
  private let manager: ServiceManager
  private let runtime: RuntimeDirectory
  private var server: ControlServer?
  private var watchdog: RepeatedTask?

  /// A control point that does not listen yet.
  init(
    started: Timestamp, running: RunningDaemon, events: EventHub, manager: ServiceManager,
    runtime: RuntimeDirectory, journal: JournalSocket?
  ) {
    self.started = started
    self.journal = journal
    self.running = running
    self.events = events
    self.manager = manager
    self.runtime = runtime
  }

  var loop: any EventLoop { running.loop }

  /// Listens on the socket, and tells the service manager that the daemon is ready.
  func open() throws -> EventLoopFuture<Void> {
    let server = ControlServer(routes, events: events, on: loop)
    self.server = server
    return try server.listen(on: "\(runtime.path)/\(ControlPaths.socketName)").assumeIsolated().map {
      [self] in
      manager.ready(summary)
      beginWatchdog()
    }.nonisolated()
  }

  /// The time that a stop takes beside the drains: a program that is told of it may take 30 s.
  private static let stopTime = Duration.seconds(45)

  /// Listens no longer.
  func close() {
    manager.stopping()
    if running.farewell > .zero { manager.extendTimeout(to: running.farewell + Self.stopTime) }
    watchdog?.cancel()
    server?.stop()
    server = nil
    // The routers answer no longer.
    guard let interval = manager.watchdogInterval else { return }
    watchdog = loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(interval / 2)) {
      [manager] _ in
      manager.alive()
    }
  }

  /// Reads the configuration again, and lets the service manager know.
  func reload() -> EventLoopFuture<ReloadRecord> {
    manager.reloading()
    return running.reload().assumeIsolated().always { [self] _ in
      if server != nil { manager.ready(summary) }
    }.nonisolated()
  }

  /// What `systemctl status` shows.
  private var summary: String { running.generation.configuration.summary }

  /// A sign of life twice per interval: of this event loop, and of the virtual routers' thread, which has to answer.
  private func beginWatchdog() {
    guard let interval = manager.watchdogInterval else { return }
    let pause = TimeAmount(interval / 2)
    let running = NIOLoopBound(running, eventLoop: loop)
    watchdog = loop.scheduleRepeatedTask(initialDelay: .zero, delay: pause) { [manager, loop] _ in
      guard let routers = running.value.routers else { return manager.alive() }
      routers.status(on: loop).whenSuccess { _ in manager.alive() }
    }
  }
}
