internal import Configuration
internal import Control
internal import Host
internal import NIOCore

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

  private let inbox: Inbox<RouterCommand>
  private let thread: DedicatedThread

  /// Starts the routers, group by group, the one that decides first.
  ///
  /// - Throws: where the sockets cannot be opened.
  init(_ groups: [[VirtualRouterConfiguration]], listeners: Listeners) throws(Failure) {
    do {
      let inbox = try Inbox<RouterCommand>()
      let driver = try RouterDriver(groups, inbox: inbox, listeners: listeners)
      self.inbox = inbox
      thread = try DedicatedThread(name: "virtual-routers") { driver.run() }
    } catch {
      throw Failure("cannot start the virtual routers", error)
    }
  }

  /// Has the routers do something.
  func send(_ command: RouterCommand) {
    inbox.send(command)
  }

  /// How all routers are.
  func status(on loop: any EventLoop) -> EventLoopFuture<[RouterRecord]> {
    let promise = loop.makePromise(of: [RouterRecord].self)
    inbox.send(.status { promise.succeed($0) })
    return promise.futureResult
  }

  /// Has every router release its addresses, and waits until all of that is done; to be called once.
  func stop() {
    inbox.send(.stop)
    thread.join()
  }
}
