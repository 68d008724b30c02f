internal import Control
internal import Glibc
internal import Host
internal import NIOCore
internal import NIOPosix

/// The virtual routers of this host, on a thread of their own (thread V), where nothing blocks.
///
/// Every method may be called from any thread, and returns at once, but ``stop()``.
final class VirtualRouters: Sendable {
  /// Whom the thread tells what happens; called on it, so they must not block.
  struct Listeners: Sendable {
    /// Takes every event.
    var report: @Sendable (DaemonEvent) -> Void
    /// Hears that addresses will be here in a moment, unless a peer keeps them.
    var takeoverIsNear: @Sendable () -> Void
    /// Takes every change of role, after its actions have been carried out.
    var roleChanged: @Sendable (RoleChange) -> Void
    /// Takes the names of all routers that are handed over, whenever these are others.
    var handedOver: @Sendable (Set<String>) -> Void
  }

  private let inbox: Inbox<RouterCommand>
  private let thread: DedicatedThread
  private let programs: RouterPrograms
  private let keeper: VirtualMACKeeper

  /// Starts the routers, group by group, the one that decides first; the runtime directory remembers what kernel
  /// parameters were.
  ///
  /// - Parameters:
  ///   - groups: the routers.
  ///   - handedOver: the names of those that stay out until they are to take part again.
  ///   - directory: the runtime directory.
  ///   - listeners: whom it tells.
  /// - Throws: where the sockets cannot be opened.
  init(
    _ groups: [[RouterSetup]], handedOver: Set<String>, directory: String, listeners: Listeners
  ) throws(Failure) {
    do {
      let inbox = try Inbox<RouterCommand>()
      let programs = RouterPrograms(report: listeners.report)
      var listeners = listeners
      let roleChanged = listeners.roleChanged
      listeners.roleChanged = { change in
        roleChanged(change)
        programs.tell(change)
      }
      let keeper = try VirtualMACKeeper(directory: directory, report: listeners.report)
      let driver = try RouterDriver(
        groups, handedOver: handedOver, keeper: keeper, inbox: inbox, listeners: listeners)
      // From here: on the thread of the routers it would inherit real-time priority.
      do throws(SystemError) {
        try driver.use(try Lifeline(["guard", "--runtime-directory", directory]))
      } catch {
        listeners.report(.notGuarded(error.description))
      }
      self.inbox = inbox
      self.keeper = keeper
      self.programs = programs
      thread = try DedicatedThread(name: "virtual-routers") { driver.run() }
      watchScripts(of: groups)
    } catch let error as SystemError where error.number == EPERM {
      throw Failure(
        "cannot start the virtual routers: \(error) (it takes CAP_NET_ADMIN and CAP_NET_RAW: run it as root or as the unit)"
      )
    } catch {
      throw Failure("cannot start the virtual routers", error)
    }
  }

  /// Has the routers do something.
  func send(_ command: RouterCommand) {
    inbox.send(command)
  }

  /// Brings the routers, and the scripts that they watch, to a new configuration; done once they are there.
  func configure(_ groups: [[RouterSetup]], on loop: any EventLoop) -> EventLoopFuture<Void> {
    let prepared = NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [keeper] in
      keeper.prepare(groups.flatMap { $0 }.map(\.configuration))
    }
    return prepared.flatMap { [self] prepared in
      inbox.send(.configure(groups, prepared))
      watchScripts(of: groups)
      return status(on: loop).map { _ in }
    }
  }

  private func watchScripts(of groups: [[RouterSetup]]) {
    programs.watch(groups.flatMap { $0 }.map(\.configuration)) { [inbox] router, script, succeeds in
      inbox.send(.script(script, of: router, succeeds: succeeds))
    }
  }

  /// How all routers are.
  func status(on loop: any EventLoop) -> EventLoopFuture<[RouterRecord]> {
    let promise = loop.makePromise(of: [RouterRecord].self)
    inbox.send(.status { promise.succeed($0) })
    return promise.futureResult
  }

  /// How all routers are once none of them waits for the successor that it gives its addresses to.
  func statusOnceSettled(on loop: any EventLoop) -> EventLoopFuture<[RouterRecord]> {
    let promise = loop.makePromise(of: [RouterRecord].self)
    inbox.send(.statusOnceSettled { promise.succeed($0) })
    return promise.futureResult
  }

  /// Has every router give its addresses to the peer, and waits until that is done; to be called once.
  func stop() {
    inbox.send(.stop)
    thread.join()
    keeper.end()
  }

  /// Waits until the operator's programs were told everything, however long they take; to be called once, after the stop.
  func endPrograms() { programs.stop() }
}
