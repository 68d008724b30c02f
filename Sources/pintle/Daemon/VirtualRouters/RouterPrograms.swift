internal import Configuration
internal import Host
internal import Synchronization

/// The programs of all virtual routers: those that are told, and those that are asked.
final class RouterPrograms: Sendable {
  private struct ScriptKey: Hashable {
    let router: String
    let script: VirtualRouterConfiguration.Script
  }

  private struct State {
    var hooks: [String: NotifyHook] = [:]
    var scripts: [ScriptKey: ScriptWatch] = [:]
  }

  private let state = Mutex(State())
  private let report: @Sendable (DaemonEvent) -> Void

  /// None yet.
  init(report: @escaping @Sendable (DaemonEvent) -> Void) {
    self.report = report
  }

  /// Tells a change of role to the router's program, if it has one; returns at once.
  func tell(_ change: RoleChange) {
    guard !change.router.notify.isEmpty else { return }
    state.withLock { state in
      do throws(SystemError) {
        if state.hooks[change.router.name] == nil {
          state.hooks[change.router.name] = try NotifyHook(report: report)
        }
        state.hooks[change.router.name]?.tell(change)
      } catch {
        report(.router(change.router, notifyFailed: "\(error)"))
      }
    }
  }

  /// Runs the scripts of these routers and no others; one that is the same goes on as it is.
  func watch(
    _ routers: [VirtualRouterConfiguration],
    onChange: @escaping @Sendable (_ router: String, _ script: String, _ succeeds: Bool) -> Void
  ) {
    let gone = state.withLock { state in
      var wanted: Set<ScriptKey> = []
      for router in routers {
        for script in router.scripts {
          let key = ScriptKey(router: router.name, script: script)
          wanted.insert(key)
          guard state.scripts[key] == nil else { continue }
          do throws(SystemError) {
            state.scripts[key] = try ScriptWatch(script) { onChange(router.name, script.name, $0) }
          } catch {
            report(.router(router, cannotWatch: script.name, error))
          }
        }
      }
      let gone = state.scripts.filter { !wanted.contains($0.key) }
      for key in gone.keys { state.scripts[key] = nil }
      return gone
    }
    for (key, watch) in gone {
      watch.stop()
      // Whoever asks no more has no failure any more; a changed one begins anew.
      onChange(key.router, key.script.name, true)
    }
  }

  /// Ends all scripts, and the programs after they were told everything.
  func stop() {
    let state = state.withLock { state in
      defer { state = State() }
      return state
    }
    for watch in state.scripts.values { watch.stop() }
    for hook in state.hooks.values { hook.stop() }
    for hook in state.hooks.values { hook.wait() }
  }
}
