internal import Configuration
internal import HealthChecks
internal import Host
internal import Model
internal import VRRP

/// Tells a router's changes of role to the operator's program, in their order, on a thread of its own.
final class NotifyHook: Sendable {
  private enum Message: Sendable {
    case tell(RoleChange)
    case stop
  }

  /// What a program may take; the next change waits for it.
  private static let timeout = Duration.seconds(30)

  private let inbox: Inbox<Message>
  private let thread: DedicatedThread

  /// Begins to wait for changes; a program that fails is reported.
  ///
  /// - Throws: where the host has no thread or descriptor left.
  init(report: @escaping @Sendable (DaemonEvent) -> Void) throws(SystemError) {
    let inbox = try Inbox<Message>()
    let loop = try EpollLoop()
    try loop.watch(inbox.descriptor.number) { [unowned loop] in
      for message in inbox.takeAll() {
        switch message {
        case .tell(let change): Self.run(change, report)
        case .stop: loop.stop()
        }
      }
    }
    self.inbox = inbox
    thread = try DedicatedThread(name: "notify") {
      do throws(SystemError) {
        try loop.run(deadline: { nil }) { _ in }
      } catch {
        report(.routersFailed(error))
      }
    }
  }

  /// Has the program told; returns at once.
  func tell(_ change: RoleChange) {
    inbox.send(.tell(change))
  }

  /// Ends once all changes are told; returns at once.
  func stop() { inbox.send(.stop) }

  /// Waits for the end; to be called once.
  func wait() { thread.join() }

  private static func run(
    _ change: RoleChange, _ report: (DaemonEvent) -> Void
  ) {
    let program = RouterProgram(
      command: change.router.notify, environment: change.environment, timeout: timeout)
    var former: ChildProcess?
    if let failure = program.run(after: &former) { report(.router(change.router, notifyFailed: failure)) }
    // The next change is told after this one, or never.
    RouterProgram.await(former)
  }
}

extension RoleChange {
  /// What a program learns of it.
  fileprivate var environment: [String] {
    [
      "PINTLE_ROUTER=\(router.name)", "PINTLE_INTERFACE=\(router.interface)", "PINTLE_VRID=\(router.id)",
      "PINTLE_ROLE=\(transition.to.rawValue)", "PINTLE_PREVIOUS_ROLE=\(transition.from.rawValue)",
      "PINTLE_REASON=\(transition.reason.text)", "PINTLE_PRIORITY=\(router.priority)",
      "PINTLE_ADDRESSES=\(router.addresses.map(\.description).joined(separator: " "))",
    ]
  }
}
