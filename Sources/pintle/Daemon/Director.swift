internal import Balancing
internal import Configuration
internal import Control
internal import HealthChecks
internal import IPVS
internal import Model
internal import NIOCore

/// Keeps the kernel's table as configuration, health and operator say; everything happens on one event loop.
final class Director {
  /// From one look at the kernel's table to the next: IPVS tells nobody that somebody changed it.
  static let pollInterval = TimeAmount.seconds(2)

  /// Called when a service wins or loses its quorum.
  var onQuorumChange: (_ service: String, _ hasQuorum: Bool) -> Void = { _, _ in }

  let loop: any EventLoop
  let log: EventLog
  let runtime: RuntimeDirectory
  let prober: Prober
  let dataPath: DataPath
  var client: IPVSClient
  /// The services of the configuration, and those that have not left yet.
  var services: [ServiceKey: DirectedService] = [:]
  /// The servers that the operator took out, configured ones or not.
  var maintenance: [ServiceKey: Set<Endpoint>]
  /// The services that the ownership record has.
  var owned: Set<ServiceKey>
  /// What the operator asked for.
  var configuration: DirectorConfiguration
  /// The addresses of this host when it was last looked at.
  var addresses: Set<IPAddress>
  /// When that was taken in.
  var loadedAt = Timestamp.now
  /// The services whose part of the table is still to be written, in slices.
  var waiting: [ServiceKey] = []
  /// Who wants to know when none of them is left.
  var waitingForAll: [EventLoopPromise<Void>] = []
  /// How many changes the kernel has carried out.
  var written = 0
  /// The next slice of the look at the table.
  var poll: Scheduled<Void>?
  /// When the data path is freed of what has left.
  var release: Scheduled<Void>?
  /// Before the end: the services that are still to leave, and who waits for it.
  var departure: (services: Set<ServiceKey>, done: EventLoopPromise<Void>)?

  /// Programs the services, begins to check their servers and to watch the table.
  ///
  /// What the kernel has already is taken over: a server that it has in service stays there until it fails.
  /// - Parameters:
  ///   - configuration: what the operator asked for.
  ///   - runtime: where it is remembered what is owned and who is out.
  ///   - loop: the event loop that this is called on, and everything else.
  ///   - log: where events go.
  ///   - dataPath: what belongs to forwarding beside the table.
  /// - Throws: where the kernel's table or the records cannot be read.
  init(
    _ configuration: DirectorConfiguration, runtime: RuntimeDirectory, on loop: any EventLoop, log: EventLog,
    dataPath: DataPath
  ) throws {
    self.loop = loop
    self.log = log
    self.runtime = runtime
    prober = Prober(on: loop)
    self.dataPath = dataPath
    self.configuration = configuration
    addresses = try HostInterfaces.addresses()
    owned = try runtime.ownership.read()
    maintenance = try runtime.maintenance.read()
    do {
      client = try IPVSClient()
      let actual = try client.table()
      adopt(actual, for: configuration)
      // Before the services: their first packet must find its source NAT.
      configureDataPath()
      try program(over: actual)
    } catch let error as IPVSError {
      throw Failure(error)
    }
    startChecks(of: Array(services.values))
    for service in services.values { arm(service) }
    planPoll()
  }

  /// The time on the event loop's clock.
  var now: Instant { Instant(nanoseconds: Int64(clamping: loop.now.uptimeNanoseconds)) }

  /// Whether each configured service has its quorum, by its name.
  var quorums: [String: Bool] {
    Dictionary(
      services.values.filter { !$0.balancer.isRetired }.map { ($0.configuration.name, $0.hasQuorum) }
    ) { $1 }
  }

  // MARK: - Start and stop

  private func adopt(_ actual: ForwardingTable, for configuration: DirectorConfiguration) {
    for service in configuration.services {
      let key = service.virtualService.key
      services[key] = DirectedService(
        service, adopting: actual.entries[key], maintenance: maintenance[key] ?? [], at: now)
      prober.prepare(service.check).assumeIsolated().whenSuccess { [log] failure in
        if let failure { log.report(.checkCannotRun(of: service.name, failure)) }
      }
    }
    // What an earlier configuration left behind.
    for key in owned where services[key] == nil {
      guard let entry = actual.entries[key] else { continue }
      services[key] = DirectedService(leaving: entry, at: now)
    }
  }

  private func program(over actual: ForwardingTable) throws {
    // Remembered first: a crash in between must not leave services that nobody owns.
    try own(owned.union(services.keys))
    let desired = ForwardingTable(services.values.compactMap(\.desired))
    let plan = Plan(from: actual, to: desired, owned: Set(services.keys))
    for (change, outcome) in zip(plan.changes, client.apply(plan.changes)) {
      switch outcome {
      case .success:
        written += 1
        note(change)
      case .failure(let error):
        if let service = services[change.key] { complain(error, of: service) }
      }
    }
    for (key, service) in services {
      service.programmed = service.actual
      if service.desired == nil, service.actual == nil { forget(key) }
    }
    try own(Set(services.keys))
  }

  /// Ends the checks and the watch; forwarding stays.
  func stop() {
    poll?.cancel()
    poll = nil
    release?.cancel()
    release = nil
    // What was still to be written stays as it is.
    waiting = []
    for promise in waitingForAll { promise.fail(CancellationError()) }
    waitingForAll = []
    for service in services.values { service.stop() }
  }

  /// Takes everything that is owned out of the table; what the kernel keeps is owned on.
  func remove() {
    let keys = owned.sorted()
    var kept: Set<ServiceKey> = []
    for (key, outcome) in zip(keys, client.apply(keys.map(TableChange.deleteService))) {
      guard case .failure(let error) = outcome, error.reason != .noSuchService else { continue }
      kept.insert(key)
      log.report(.refused(error))
    }
    do {
      try own(kept)
    } catch {
      log.report(.recordFailed(error))
    }
  }

  /// Remembers what is owned.
  func own(_ keys: Set<ServiceKey>) throws(Failure) {
    if keys == owned { return }
    try runtime.ownership.write(keys)
    owned = keys
  }

  /// A service is gone from the table for good.
  func forget(_ key: ServiceKey) {
    services[key]?.stop()
    services[key] = nil
    planRelease()
    departure?.services.remove(key)
    if departure?.services.isEmpty == true { endDeparture() }
  }

  // MARK: - Health

  /// Checks those of the services' servers that nobody checks yet.
  func startChecks(of services: [DirectedService]) {
    let beginners = services.map { service in
      service.configuration.servers.filter { service.checkers[$0.endpoint] == nil }
    }
    let delays = CheckSchedule.offsets(
      of: zip(services, beginners).map { ($1.count, $0.configuration.check.interval) })
    for ((service, servers), delays) in zip(zip(services, beginners), delays) {
      let configuration = service.configuration
      let key = configuration.virtualService.key
      for (server, delay) in zip(servers, delays) {
        service.checkers[server.endpoint] = prober.check(
          configuration.checkTarget(of: server), by: configuration.check, of: configuration.name, after: delay
        ) { [weak self] report in self?.take(report, of: server.endpoint, in: key) }
      }
    }
  }

  private func take(_ report: ProbeReport, of server: Endpoint, in key: ServiceKey) {
    guard let service = services[key] else { return }
    service.reports[server] = (report, now)
    let former = service.balancer.servers[server]
    let events = service.balancer.record(report.result, weight: report.weight, of: server, at: now)
    // By far the most reports say nothing new.
    if events.isEmpty, service.balancer.servers[server] == former { return }
    follow(events, of: service)
  }

  /// Tells what happened in a service, and brings the table up to it.
  func follow(_ events: [ServiceEvent], of service: DirectedService) {
    tell(events, of: service)
    arm(service)
    if service.desired != service.programmed { reconcile([service], as: .change) }
  }

  /// Tells what happened in a service.
  func tell(_ events: [ServiceEvent], of service: DirectedService) {
    service.noteStates()
    for event in events {
      log.report(.service(service.configuration.name, event))
      if case .drained = event { planRelease() }
    }
    tellQuorum(of: service)
  }

  /// Has the virtual routers hear whether a service has its quorum, where that is news.
  func tellQuorum(of service: DirectedService) {
    guard !service.balancer.isRetired, service.toldQuorum != service.hasQuorum else { return }
    service.toldQuorum = service.hasQuorum
    onQuorumChange(service.configuration.name, service.hasQuorum)
  }

  /// The services that the kernel does not have as they should be, in the configuration's order, and why.
  var refusals: [String] {
    configuration.services.compactMap { configured in
      services[configured.virtualService.key]?.refusal.map { "\(configured.name): \($0)" }
    }
  }

  // MARK: - Time

  /// Has the balancer's deadline waited for.
  func arm(_ service: DirectedService) {
    let deadline = service.balancer.deadline
    if deadline == service.alarm?.deadline { return }
    service.alarm?.timer.cancel()
    service.alarm = deadline.map { deadline in
      let time = NIODeadline.uptimeNanoseconds(UInt64(clamping: deadline.nanoseconds))
      let timer = loop.assumeIsolated().scheduleTask(deadline: time) { [weak self, weak service] in
        guard let self, let service else { return }
        service.alarm = nil
        follow(service.balancer.advance(to: max(now, deadline)), of: service)
      }
      return (deadline, timer)
    }
  }
}
