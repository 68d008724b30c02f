internal import Configuration
internal import Control
internal import Host
internal import NIOCore
internal import Synchronization

/// The virtual routers of this host, on a thread of their own (thread V), where nothing blocks.
///
/// Every method may be called from any thread, and returns at once, but ``stop()``.
final class VirtualRouters: Sendable {
  /// Whom the thread tells what happens; called on it, so they must not block.
  struct Listeners: Sendable {
    /// Takes every event.
    var report: @Sendable (DaemonEvent) -> Void
    /// Takes every change of role, after its actions have been carried out.
    var roleChanged: @Sendable (RoleChange) -> Void
  }

  private struct Running: Sendable {
    let inbox: Inbox<RouterCommand>
    let thread: DedicatedThread
  }

  private let running = Mutex<Running?>(nil)
  private let listeners: Listeners
  private let programs: RouterPrograms

  /// None yet, and no thread.
  init(listeners: Listeners) {
    let programs = RouterPrograms(report: listeners.report)
    self.listeners = Listeners(
      report: listeners.report,
      roleChanged: { change in
        listeners.roleChanged(change)
        programs.tell(change)
      })
    self.programs = programs
  }

  /// Brings the routers, and the scripts that they watch, to a new configuration; the first ones start the thread.
  ///
  /// - Throws: where the first ones cannot start, because this process may not open their sockets.
  func configure(_ prepared: PreparedRouters) throws(Failure) {
    let failure = running.withLock { running -> Failure? in
      if let running {
        running.inbox.send(.configure(prepared))
        return nil
      }
      guard !prepared.groups.isEmpty else { return nil }
      do {
        let inbox = try Inbox<RouterCommand>()
        let driver = try RouterDriver(prepared, inbox: inbox, listeners: listeners)
        running = Running(
          inbox: inbox, thread: try DedicatedThread(name: "virtual-routers") { driver.run() })
        return nil
      } catch {
        return Failure("cannot start the virtual routers", error)
      }
    }
    if let failure { throw failure }
    watchScripts(of: prepared)
  }

  /// Has the routers do something; where there are none, nobody does.
  func send(_ command: RouterCommand) {
    inbox?.send(command)
  }

  private var inbox: Inbox<RouterCommand>? { running.withLock { $0?.inbox } }

  private func watchScripts(of prepared: PreparedRouters) {
    guard let inbox else { return }
    programs.watch(prepared.groups.flatMap { $0 }.map(\.configuration)) { router, script, succeeds in
      inbox.send(.script(script, of: router, succeeds: succeeds))
    }
  }

  /// How all routers are, once they have done what they were told before.
  func status(on loop: any EventLoop) -> EventLoopFuture<[RouterRecord]> {
    guard let inbox else { return loop.makeSucceededFuture([]) }
    let promise = loop.makePromise(of: [RouterRecord].self)
    inbox.send(.status { promise.succeed($0) })
    return promise.futureResult
  }

  /// Has every router release its addresses, and waits until all of that is done and told; to be called once.
  func stop() {
    if let running = running.withLock({ $0 }) {
      running.inbox.send(.stop)
      running.thread.join()
    }
    programs.stop()
  }
}
