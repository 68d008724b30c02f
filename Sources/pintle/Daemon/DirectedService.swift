internal import Balancing
internal import Configuration
internal import Control
internal import HealthChecks
internal import Model
internal import NIOCore

/// One service that the director keeps: what is configured of it, who checks its servers, and what the kernel was told.
final class DirectedService {
  /// What the operator asked for.
  var configuration: ServiceConfiguration
  /// What health makes of it.
  var balancer: ServiceBalancer
  /// Who checks each of the configured servers.
  var checkers: [Endpoint: ServerChecker] = [:]
  /// The last report of each, and when it came.
  var reports: [Endpoint: (report: ProbeReport, time: Instant)] = [:]
  /// The state of each that was last told, and since when it has it.
  var since: [Endpoint: (state: ServerRecord.State, time: Timestamp)] = [:]
  /// What the kernel had when it was last read or written; nil: no such service.
  var actual: ForwardingTable.Entry?
  /// What the kernel had when it was last brought up to date: who was told what, so to speak.
  var programmed: ForwardingTable.Entry?
  /// The connections of each server that the kernel had when it was last read.
  var connections: [Endpoint: ConnectionCounts] = [:]
  /// Whether somebody else undoes what is written.
  var contest = Contest()
  /// What could not be written, told already.
  var refusals: Set<String> = []
  /// Whether it was told to have its quorum; nil: nothing was.
  var toldQuorum: Bool?
  /// The balancer's deadline, and who waits for it.
  var alarm: (deadline: Instant, timer: Scheduled<Void>)?

  /// A service that is configured; what the kernel has of it is taken over.
  init(
    _ configuration: ServiceConfiguration, adopting existing: ForwardingTable.Entry?,
    maintenance: Set<Endpoint>, at now: Instant
  ) {
    self.configuration = configuration
    balancer = ServiceBalancer(
      ServiceSettings(configuration), adopting: existing, maintenance: maintenance, at: now)
    actual = existing
    programmed = existing
    noteStates()
  }

  /// A service of an earlier configuration, which leaves: its servers keep their connections for the usual time.
  convenience init(leaving existing: ForwardingTable.Entry, at now: Instant) {
    let configuration = ServiceConfiguration(
      name: existing.service.key.description, virtualService: existing.service,
      servers: existing.sortedServers)
    self.init(configuration, adopting: existing, maintenance: [], at: now)
    _ = balancer.retire(at: now)
  }

  /// What the kernel should have; nil: no such service.
  var desired: ForwardingTable.Entry? { balancer.isGone ? nil : balancer.entry }

  /// Why the kernel does not have it as it should be; nil: it has, or is about to.
  var refusal: String? { refusals.isEmpty ? nil : refusals.sorted().joined(separator: "; ") }

  /// Whether the kernel refuses to have it at all.
  var isRefused: Bool { actual == nil && desired != nil && !refusals.isEmpty }

  /// Whether this host serves it with as many servers as it needs.
  var hasQuorum: Bool { balancer.hasQuorum && !isRefused }

  /// What is configured, with the servers that have not left yet: their connections need the same as before.
  var inForce: ServiceConfiguration {
    let configured = Set(configuration.servers.map(\.endpoint))
    let leaving = balancer.servers.filter { $0.value.isRemoved && !configured.contains($0.key) }
    var whole = configuration
    whole.servers += leaving.sorted { $0.key < $1.key }.map(\.value.server)
    return whole
  }

  /// Takes note of the servers that came into another state.
  func noteStates() {
    var next: [Endpoint: (state: ServerRecord.State, time: Timestamp)] = [:]
    for (endpoint, server) in balancer.servers {
      let state = server.told.state
      if let known = since[endpoint], known.state == state {
        next[endpoint] = known
      } else {
        next[endpoint] = (state, .now)
      }
    }
    since = next
  }

  /// Ends all that runs for it.
  func stop() {
    for checker in checkers.values { checker.stop() }
    checkers.removeAll()
    alarm?.timer.cancel()
    alarm = nil
  }
}

extension ServiceSettings {
  /// What a balancer is told of a configured service.
  init(_ service: ServiceConfiguration) {
    let whenAllFail: WhenAllFail =
      switch service.whenAllFail {
      case .keep: .keep
      case .empty: .empty
      case .fallback(let server): .fallback(server)
      }
    let hasDynamicWeight =
      switch service.check.probe {
      case .exec(let exec): exec.hasDynamicWeight
      case .file(let file): file.holdsWeight
      default: false
      }
    self.init(
      service.virtualService, servers: service.servers, rise: service.check.rise, fall: service.check.fall,
      hasDynamicWeight: hasDynamicWeight, drain: service.drain, slowStart: service.slowStart,
      whenAllFail: whenAllFail, quorum: service.quorum, hysteresis: service.hysteresis)
  }
}
