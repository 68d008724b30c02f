internal import Configuration
internal import HealthChecks
internal import Host
internal import Synchronization

/// Runs a script of a virtual router again and again, on a thread of its own, and tells when it begins or ends to fail.
final class ScriptWatch: Sendable {
  /// Whether nobody wants to hear of it any more.
  private final class End: Sendable {
    let hasCome = Mutex(false)
  }

  private let inbox: Inbox<Void>
  private let thread: DedicatedThread
  private let end = End()

  /// Begins; the script counts as succeeding until it has failed as often as it takes.
  ///
  /// - Throws: where the host has no thread or descriptor left.
  init(
    _ script: VirtualRouterConfiguration.Script, onChange: @escaping @Sendable (_ succeeds: Bool) -> Void
  ) throws(SystemError) {
    let inbox = try Inbox<Void>()
    let loop = try EpollLoop()
    try loop.watch(inbox.descriptor.number) { [unowned loop] in
      if !inbox.takeAll().isEmpty { loop.stop() }
    }
    let program = RouterProgram(command: script.command, environment: [], timeout: script.timeout)
    self.inbox = inbox
    let end = end
    thread = try DedicatedThread(name: "script") {
      var next = BootClock.now
      var succeeds = true
      // How often in a row it said the other thing.
      var count = 0
      var former: ChildProcess?
      try? loop.run(deadline: { next }) { now in
        next = now + script.interval.nanoseconds
        if (program.run(after: &former) == nil) == succeeds {
          count = 0
          return
        }
        count += 1
        guard count >= (succeeds ? script.fall : script.rise) else { return }
        count = 0
        succeeds.toggle()
        end.hasCome.withLock { if !$0 { onChange(succeeds) } }
      }
      RouterProgram.await(former)
    }
  }

  /// Ends it, without waiting for a run that may be going on: nothing more is told; to be called once.
  func stop() {
    end.hasCome.withLock { $0 = true }
    inbox.send(())
    thread.detach()
  }
}
