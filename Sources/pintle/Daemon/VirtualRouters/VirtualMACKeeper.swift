internal import Configuration
internal import Host
internal import NIOPosix
internal import Netlink
internal import Synchronization

/// Makes the interfaces with virtual MAC addresses, tells the kernel what it must know about them and about those below,
/// and removes and sets back what is needed no more.
///
/// All of it may wait: for other changes of interfaces, for packets that are still on their way through one that goes,
/// for a file. It is no work for thread V, which only takes up and down what is ready here.
final class VirtualMACKeeper: Sendable {
  /// What there is for routers that want such an interface.
  struct Outcome: Sendable {
    /// The interfaces that are as they must be, by their index.
    var ready: Set<Int32> = []
    /// Why there is none, by the router's name.
    var failures: [String: String] = [:]
    /// How many configurations have been prepared.
    var generation = 0
    /// Whether the host's interfaces could be read.
    var isKnown = true
  }

  private struct State: ~Copyable {
    var devices: MacvlanDevices
    var parameters: ParameterKeeper
    /// The interfaces that the kernel was told about.
    var ready: Set<Int32> = []
    /// What the interfaces below are to have.
    var wanted: [String: String] = [:]
    /// How many configurations have been prepared.
    var generation = 0
    /// What the kernel refused, this time and the time before: it is told once.
    var refusals: (now: Set<String>, before: Set<String>) = ([], [])
    var isOver = false
  }

  private let state: Mutex<State>
  private let report: @Sendable (DaemonEvent) -> Void

  /// Opens a way to the kernel; the runtime directory remembers what parameters were.
  ///
  /// - Throws: where the kernel does not answer.
  init(directory: String, report: @escaping @Sendable (DaemonEvent) -> Void) throws(NetlinkError) {
    let parameters = ParameterKeeper(record: "\(directory)/router-parameters")
    state = Mutex(State(devices: try MacvlanDevices(), parameters: parameters))
    self.report = report
  }

  /// Has the interfaces of these routers of a new configuration ready; all others stay.
  func prepare(_ routers: [VirtualRouterConfiguration]) -> Outcome {
    state.withLock { state in
      state.generation += 1
      return carryOut(routers, removingOthers: false, in: &state)
    }
  }

  /// Has the interfaces of these routers ready, and no others: what an earlier life has left goes as well.
  func keep(_ routers: [VirtualRouterConfiguration]) -> Outcome {
    state.withLock { carryOut(routers, removingOthers: true, in: &$0) }
  }

  /// Does so on another thread, and answers from there; returns at once.
  ///
  /// Where another configuration has been prepared since this one, its interfaces stay.
  func keep(
    _ routers: [VirtualRouterConfiguration], of generation: Int,
    then answer: @escaping @Sendable (Outcome) -> Void
  ) {
    NIOThreadPool.singleton.submit { [self] _ in
      answer(
        state.withLock { carryOut(routers, removingOthers: $0.generation == generation, in: &$0) })
    }
  }

  /// Removes all of it, for good: what is asked for after that is not done.
  ///
  /// - Returns: whether nothing of it stays; what does is reported.
  @discardableResult
  func end() -> Bool {
    state.withLock { state in
      let outcome = carryOut([], removingOthers: true, in: &state)
      state.isOver = true
      return outcome.isKnown && state.refusals.now.isEmpty
    }
  }

  private func carryOut(
    _ routers: [VirtualRouterConfiguration], removingOthers: Bool, in state: inout State
  ) -> Outcome {
    let routers = routers.filter(\.hasVirtualMAC)
    var outcome = Outcome(generation: state.generation)
    guard !state.isOver else { return outcome }
    state.refusals = ([], state.refusals.now)
    do throws(NetlinkError) {
      let table = try LinkTable()
      var wanted = removingOthers ? [:] : state.wanted
      for router in routers {
        do throws(Failure) {
          outcome.ready.insert(try make(router, in: table, &state))
          wanted.merge(MacvlanDevice.parameters(below: router.interface)) { $1 }
        } catch {
          outcome.failures[router.name] = error.description
        }
      }
      if removingOthers { removeOthers(than: outcome.ready, in: table, &state) }
      state.ready = removingOthers ? outcome.ready : state.ready.union(outcome.ready)
      state.wanted = wanted
      keepParameters(&state)
      outcome.ready = state.ready
    } catch {
      for router in routers { outcome.failures[router.name] = "\(error)" }
      outcome.isKnown = false
      outcome.ready = state.ready
    }
    return outcome
  }

  /// Makes or adopts a router's interface, and returns its index.
  private func make(
    _ router: VirtualRouterConfiguration, in table: LinkTable, _ state: inout State
  ) throws(Failure) -> Int32 {
    guard let parent = table.link(named: router.interface), let device = router.device(on: parent.index)
    else {
      throw Failure("interface \(router.interface) does not exist")
    }
    do throws(NetlinkError) {
      if let other = table.link(named: device.name), !device.matches(other) {
        try state.devices.remove(index: other.index)
        try table.follow()
      }
      if table.link(named: device.name) == nil {
        try state.devices.add(device)
        try table.follow()
        report(.router(router, madeDevice: device))
      }
    } catch {
      throw Failure("\(error)")
    }
    guard let found = table.link(named: device.name) else { throw Failure("\(device.name) was deleted") }
    if !state.ready.contains(found.index) { setParameters(of: device, for: router, &state) }
    return found.index
  }

  private func setParameters(
    of device: MacvlanDevice, for router: VirtualRouterConfiguration, _ state: inout State
  ) {
    for (path, value) in device.parameters(router.family) {
      // A kernel without IPv6 has none of its parameters, and needs none.
      guard let current = try? Sysctl(path).read(), current != value else { continue }
      do throws(SystemError) {
        try Sysctl(path).write(value)
      } catch {
        complain(path, .parameterRefused(path, is: current, wanted: value, error.description), &state)
      }
    }
  }

  private func removeOthers(than wanted: Set<Int32>, in table: LinkTable, _ state: inout State) {
    for link in table.links.values where MacvlanDevice.isVirtualRouter(link) && !wanted.contains(link.index) {
      do throws(NetlinkError) {
        try state.devices.remove(index: link.index)
        report(.removedDevice(link.name))
      } catch {
        complain(link.name, .cannotRemoveDevice(link.name, error), &state)
      }
    }
  }

  private func keepParameters(_ state: inout State) {
    for outcome in state.parameters.keep(state.wanted) {
      switch outcome {
      case .set(let name, let from, let to): report(.parameterSet(name, from: from, to: to))
      case .setBack(let name, let value): report(.parameterSetBack(name, to: value))
      case .refused(let name, let current, let wanted, let error):
        complain(name, .parameterRefused(name, is: current, wanted: wanted, error.description), &state)
      }
    }
  }

  /// Tells what the kernel refuses; what it has refused the time before is known.
  private func complain(_ object: String, _ event: DaemonEvent, _ state: inout State) {
    state.refusals.now.insert(object)
    if !state.refusals.before.contains(object) { report(event) }
  }
}
