internal import Balancing
internal import Configuration
internal import Host
internal import IPVS
internal import Model
internal import NIOCore
internal import VRRP

/// What belongs to forwarding beside the table: source NAT, kernel parameters, the connection sync, and the word to
/// clients whose connection needs one.
///
/// Everything happens on one event loop. Nothing here stops the director: what cannot be done is told, and tried again
/// with the next poll.
final class DataPath {
  private(set) var needs = DataPathNeeds.none
  var filter: PacketFilter?
  private var parameters: ParameterKeeper
  /// The halves of the connection sync that are Pintle's, one a line, and their interface: they end with the need,
  /// whichever process began it.
  let syncRecord: RuntimeFile
  /// The interface of what runs, by its index, as the record has it; nil: it is not known yet.
  ///
  /// The kernel tells its name alone, and one that is made anew has the same.
  var syncPlace: String?
  /// A conversation with the kernel of our own, while the connection sync is wanted.
  var client: IPVSClient?
  /// The virtual addresses that are here.
  private(set) var held = HeldAddresses<RouterIdentity>()
  /// The routers that move together.
  private var groups: [[RouterIdentity]] = []
  /// The virtual addresses that have gone to the peer while others of their routers' group were still here.
  private var leaving: Set<IPAddress> = []
  /// While the peer's connections are still being learned.
  private var warmUp: WarmUp?
  /// Whether the peer's connections are being counted.
  private var isCounting = false
  private var onWarm: (Bool) -> Void = { _ in }
  /// Called when the peer tells of other services' connections than before.
  var onRolesChange: () -> Void = {}
  /// The table as nft wrote it when it was right, and what it does.
  var listing: String?
  var applied = PacketFilterRules()
  /// Whether it is known if an earlier daemon left the table.
  var hasLooked = false
  /// How many words of the table's end are on their way because this director has put it in its own place.
  var ownDeletions = 0
  /// Whether the table is about to be looked at because somebody has deleted it, and when that was the last time.
  var isLookDue = false
  var lastLook = NIODeadline.uptimeNanoseconds(0)
  /// What is told already, so that a poll does not tell it again; by its object.
  var complaints: [String: String] = [:]
  let loop: any NIOCore.EventLoop
  let log: EventLog
  private(set) var isStopped = false
  /// The clients whose connections went while the peer had the address, which alone can tell them, and when that was.
  var lostClients: [(client: Connection, since: NIODeadline)] = []
  /// Done when the peer has been told of the connections that went with the last addresses.
  var lastWords: EventLoopFuture<Void>
  /// Done when this host's own processes have been told of theirs, and what is left of a role is cleared away.
  var ownEnds: EventLoopFuture<Void>
  /// The connections whose clients' packets pass by the connection tracking, for a moment, and until when.
  var untracked: [PacketFilterRules.Path: NIODeadline] = [:]
  /// The connections that nobody knew and whose clients were asked for, and when; and when that may be so again.
  var askedFor: [PacketFilterRules.Stranger: NIODeadline] = [:]
  var askingDue = NIODeadline.uptimeNanoseconds(0)
  let nudger: Nudger
  /// What is known ahead of a takeover that is foreseen; for a moment only.
  var foreseen: EventLoopFuture<Foresight>.Isolated?
  /// When they may be looked for again.
  var foresightDue = NIODeadline.uptimeNanoseconds(0)
  /// When the silent connections are looked for again.
  var silenceDue = NIODeadline.uptimeNanoseconds(0)

  /// Prepares it; nothing is changed yet.
  ///
  /// - Parameters:
  ///   - loop: where everything happens.
  ///   - directory: the runtime directory, where it is remembered what the parameters were.
  ///   - log: where it is told.
  init(on loop: any NIOCore.EventLoop, directory: String, log: EventLog) {
    self.loop = loop
    self.log = log
    lastWords = loop.makeSucceededVoidFuture()
    ownEnds = loop.makeSucceededVoidFuture()
    nudger = Nudger(on: loop, log: log)
    parameters = ParameterKeeper(record: "\(directory)/parameters")
    syncRecord = RuntimeFile("\(directory)/connection-sync")
  }

  // MARK: - Configuration

  /// Does what a configuration needs, and undoes what it needs no more.
  ///
  /// Comes before the services are programmed: their first packet must find its source NAT.
  func configure(_ configuration: DirectorConfiguration, addresses: Set<IPAddress>) {
    let routers = configuration.virtualRouters.map { (RouterIdentity($0), $0.virtualAddresses) }
    held.configure(Dictionary(routers) { first, _ in first })
    groups = configuration.routerGroups.map { $0.map(RouterIdentity.init) }
    let isFirst = !hasLooked
    if isFirst { adoptTable() }
    change(to: DataPathNeeds(of: configuration, addresses: addresses))
    if isFirst {
      // An earlier daemon may have had them.
      watchAbsence(of: held.elsewhere)
      forgetHandshakes(to: held.elsewhere)
    }
  }

  /// Repairs what somebody else changes, from now on.
  func startPolling() {
    loop.assumeIsolated().scheduleTask(in: Self.interval) { [weak self] in
      guard let self, !isStopped else { return }
      keep()
      startPolling()
    }
  }

  /// Leaves everything as it is, but for what only a director that follows its routers may do.
  func stop() {
    needs.arrivals = []
    untracked = [:]
    if rules != applied { applyRules() }
    isStopped = true
  }

  private static let interval = TimeAmount.seconds(2)
  /// From a takeover to what no client waits for: until then the processors are theirs.
  static let afterTheRush = TimeAmount.milliseconds(100)
  /// From a takeover to the end of what came with it.
  static let settling = TimeAmount(HeldAddresses<RouterIdentity>.settling)

  /// Undoes all of it, as if Pintle had never run; what an earlier daemon left behind, too.
  ///
  /// - Returns: what could not be undone, and was told: the packet filter, a parameter or the connection sync.
  @discardableResult
  func remove() -> [String] {
    adoptTable()
    untracked = [:]
    change(to: .none)
    return complaints.keys.sorted()
  }

  private func change(to next: DataPathNeeds) {
    let hadSync = needs.sync != nil
    needs = next
    if rules != applied || listing == nil { applyRules() }
    // The kernel hears no more with the first parameter that is set.
    keepParameters(beside: needs.kernel.contains(.forwardsIPv6) ? AdvertisedRoutes.parameters : [:])
    if hadSync || (needs.sync == nil && !ownSync.isEmpty) { keepSync() }
    if !hadSync, needs.sync != nil {
      // At a start after the services, which come next: what the peer tells of is bound to a server that is there.
      loop.assumeIsolated().execute { [weak self] in if let self, !isStopped { keepSync() } }
    }
    if needs.sync == nil {
      client = nil
      endWarmUp()
    } else if !hadSync, held.role == .backup {
      beginWarmUp()
    }
  }

  private func keep() {
    // They are here by now, or lost.
    ownDeletions = 0
    keepRules()
    keepParameters()
    guard needs.sync != nil else { return }
    keepSync()
    refreshSilent()
    askForStrangers()
    countSynced()
  }

  private func countSynced() {
    guard warmUp != nil, !held.hasFailed, !isCounting else { return }
    isCounting = true
    // Those that are about to end come and go, and would never cease to be news.
    connections(in: ["ESTABLISHED"]) { $0.isSynced }.whenSuccess { [self] known in
      isCounting = false
      guard !held.hasFailed else { return }
      if warmUp?.observe(known.count, at: .now) == true { endWarmUp() }
    }
  }

  // MARK: - Roles

  /// Has somebody hear whether this director knows its peer's connections: now, and when that changes.
  func tellWarmth(_ onWarm: @escaping (Bool) -> Void) {
    self.onWarm = onWarm
    onWarm(warmUp == nil)
  }

  /// Follows a virtual router, once its addresses are here and the link knows, or are not here any more.
  func follow(_ change: RoleChange) {
    let router = RouterIdentity(change.router)
    let isActive = change.transition.to == .active
    let addresses = change.router.virtualAddresses
    let wasActive = held.isActive(router)
    // Only on the interface of the sync a fault keeps the peer's word away.
    let isOfSync = change.router.interface == needs.sync?.interface
    let hasFailed = if case .fault = change.transition.reason { isOfSync } else { false }
    let missesWords = held.follow(router, isActive: isActive, hasFailed: hasFailed, at: .now)
    let hasGone = change.transition.from == .active && !isActive
    let hasCome = isActive && !wasActive
    if needs.sync != nil {
      if hasGone { tellPeerOfTheLast(of: addresses) }
      if rules != applied { applyRules() }
      // Where both halves always run, a role changes nothing of them.
      if needs.sync?.oneAtATime == true { keepSync() }
      // What the peer told meanwhile may be lost: known as soon as it fails, so that it is when the router takes part again.
      if held.role == .backup, missesWords { beginWarmUp() }
    }
    // Their processes try again at once, and what they send must find the way that belongs to the role, which changes with
    // the last router of a group.
    if hasCome { endOwnConnections(to: addresses, areHere: true) }
    if hasGone, change.isToPeer { leaving.formUnion(addresses) }
    if !groups.contains(where: { $0.contains(router) && $0.contains(where: held.isActive) }) {
      endOwnConnections(to: leaving, areHere: false)
      leaving = []
    }
    if hasGone {
      askedFor = [:]
      forgetHandshakes(to: addresses)
      onRolesChange()
      if !change.isToPeer { watchAbsence(of: addresses) }
    }
    guard needs.sync != nil, hasCome else { return }
    tell(clientsOf: addresses)
    loop.assumeIsolated().scheduleTask(in: Self.afterTheRush) { [weak self] in
      guard let self, !isStopped else { return }
      // Who has the addresses need not wait for them.
      if held.role == .active { endWarmUp() }
      onRolesChange()
    }
    loop.assumeIsolated().scheduleTask(in: Self.settling) { [weak self] in
      guard let self, !isStopped else { return }
      if rules != applied { applyRules() }
      onRolesChange()
      resetLostClients()
    }
  }

  func beginWarmUp() {
    warmUp = WarmUp(at: .now, refreshPeriod: Self.longestSilence)
    onWarm(false)
  }

  private func endWarmUp() {
    guard warmUp != nil else { return }
    warmUp = nil
    onWarm(true)
  }

  // MARK: - Parameters

  /// Brings the parameters to what they must be.
  ///
  /// - Parameter routes: what keeps this host listening to router advertisements; kept from then on.
  private func keepParameters(beside routes: [String: String] = [:]) {
    var wanted = needs.kernel.parameters.merging(routes) { $1 }
    if needs.kernel.contains(.forwardsIPv6) {
      for name in parameters.changed where name.hasSuffix("/accept_ra") { wanted[name] = "2" }
    }
    var refused: Set<String> = []
    for outcome in parameters.keep(wanted) {
      switch outcome {
      case .set(let name, let from, let to): log.report(.parameterSet(name, from: from, to: to))
      case .setBack(let name, let value): log.report(.parameterSetBack(name, to: value))
      case .refused(let name, let current, let wanted, let error):
        refused.insert(name)
        complain(name, .parameterRefused(name, is: current, wanted: wanted, error.description))
      }
    }
    for name in complaints.keys where name.contains("/") && !refused.contains(name) { complaints[name] = nil }
  }

  // MARK: - Complaints

  /// Tells what cannot be done, once until it changes.
  func complain(_ object: String, _ event: DaemonEvent) {
    guard complaints[object] != event.message else { return }
    complaints[object] = event.message
    log.report(event)
  }
}

extension Duration {
  /// The time since a fixed moment.
  static var now: Duration { .nanoseconds(Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }
}

extension VirtualRouterConfiguration {
  fileprivate var virtualAddresses: Set<IPAddress> { Set(addresses.map(\.address)) }
}
