internal import Configuration
internal import Control
internal import Model
internal import NIOCore
internal import NIOPosix

/// What runs: the director, what belongs to forwarding beside the table, and the virtual routers; and how another
/// configuration takes the place of the one that they run by.
///
/// Everything happens on one event loop.
final class RunningDaemon {
  /// The configuration that runs, and what became of the last attempt to replace it.
  private(set) var generation: Generation
  /// Keeps the table; nil where there are no services and no IPVS.
  private(set) var director: Director?
  /// nil: there were none since the start.
  private(set) var routers: VirtualRouters?
  let loop: any EventLoop
  private let configurationFile: String
  private let runtime: RuntimeDirectory
  private let log: EventLog
  private let dataPath: DataPath
  /// Done when the last reload that was asked for is.
  private var lastReload: EventLoopFuture<Void>
  private var isStopped = false

  /// Programs the services, begins to check their servers and to watch the table, and starts the virtual routers.
  ///
  /// - Parameters:
  ///   - configuration: what the operator asked for.
  ///   - file: where that was read, and is read again with every reload.
  ///   - runtime: where it is remembered what is owned and who is out.
  ///   - loop: the event loop that this is called on, and everything else.
  ///   - log: where events go.
  /// - Throws: where the kernel's table, the records or the keys cannot be read, or the routers not started.
  init(
    _ configuration: DirectorConfiguration, from file: String, runtime: RuntimeDirectory,
    on loop: any EventLoop, log: EventLog
  ) throws {
    generation = Generation(configuration)
    configurationFile = file
    self.runtime = runtime
    self.loop = loop
    self.log = log
    dataPath = DataPath(on: loop, directory: runtime.path, log: log)
    lastReload = loop.makeSucceededVoidFuture()
    let setups = try configuration.routerSetups()
    // Without services there is nothing to direct, and no IPVS is needed.
    director = configuration.services.isEmpty ? try? makeDirector() : try makeDirector()
    // What they have to tell comes later on this loop.
    if !setups.isEmpty { routers = try makeRouters(setups) }
    log.report(
      .started(
        configuration, changes: director?.written ?? 0, refused: director?.refusals.count ?? 0))
    dataPath.startPolling()
    dataPath.watchTable()
    connect()
  }

  /// Tells the peer of all connections, before the routers give their addresses away.
  func drainSync() -> EventLoopFuture<Void> { dataPath.drainSync() }

  /// Done when the peer has been told of the last ones, and this host's processes of theirs, after the routers have.
  var lastWords: EventLoopFuture<Void> { dataPath.lastWords.and(dataPath.ownEnds).map { _ in } }

  /// Ends the checks and the watch; forwarding stays, or goes where the configuration says so, once connections have had
  /// their time to end.
  ///
  /// The routers are stopped before, by a thread that may wait for them.
  /// - Returns: done once all of it is, and the clients have been told that were to be told.
  func stop() -> EventLoopFuture<Void> {
    isStopped = true
    let departure: EventLoopFuture<Void>
    if generation.configuration.stop == .remove, let director {
      let floating = Set(generation.configuration.virtualRouters.flatMap(\.addresses).map(\.address))
      departure = director.leave(but: floating)
    } else {
      departure = loop.makeSucceededVoidFuture()
    }
    return departure.assumeIsolated().flatMap { [self] in
      // They need the packet filter as it is.
      dataPath.nudger.finished
    }.flatMap { [self] in
      end()
      return dataPath.nudger.finished
    }.nonisolated()
  }

  /// Gives connections no more time to end.
  func hasten() { director?.endDeparture() }

  /// How long a stop may take by what is configured.
  var farewell: Duration {
    let configuration = generation.configuration
    return configuration.stop == .remove ? configuration.services.map(\.drain).max() ?? .zero : .zero
  }

  private func end() {
    director?.stop()
    if generation.configuration.stop == .remove {
      director?.remove()
      dataPath.remove()
    }
    dataPath.stop()
  }

  private func makeDirector() throws -> Director {
    let director = try Director(
      generation.configuration, runtime: runtime, on: loop, log: log, dataPath: dataPath)
    dataPath.onRolesChange = { [weak director] in director?.followRoles() }
    return director
  }

  private func makeRouters(_ setups: [[RouterSetup]]) throws(Failure) -> VirtualRouters {
    let dataPath = NIOLoopBound(dataPath, eventLoop: loop)
    // Writing to a log or a file may block, and their thread must not.
    return try VirtualRouters(
      setups, handedOver: Set(runtime.handover.read().map(String.init)), directory: runtime.path,
      listeners: VirtualRouters.Listeners(
        report: { [loop, log] event in loop.execute { log.report(event) } },
        takeoverIsNear: { [loop] in loop.execute { dataPath.value.foreseeTakeover() } },
        roleChanged: { [loop] change in loop.execute { dataPath.value.follow(change) } },
        handedOver: { [loop, log, runtime] names in
          loop.execute {
            do throws(Failure) {
              try runtime.handover.write(names.sorted())
            } catch {
              log.report(.recordFailed(error, of: "which virtual routers are handed over"))
            }
          }
        }))
  }

  /// Has the routers hear of the services and of the connections.
  private func connect() {
    guard let routers else { return }
    dataPath.tellWarmth { routers.send(.connections(areKnown: $0)) }
    for (service, hasQuorum) in director?.quorums ?? [:] {
      routers.send(.service(service, hasQuorum: hasQuorum))
    }
    director?.onQuorumChange = { routers.send(.service($0, hasQuorum: $1)) }
  }

  // MARK: - Reload

  /// Reads the configuration file again and takes it in, or keeps the one that runs if anything is wrong with it.
  ///
  /// Reading happens beside the event loop, one reload after the other. What the new configuration does not change is
  /// not touched.
  /// - Returns: what became of it, once the table is written; it fails with a ``ConfigurationRefusal``.
  func reload() -> EventLoopFuture<ReloadRecord> {
    let path = configurationFile
    let result = lastReload.flatMapErrorThrowing { _ in }.flatMap { [loop] in
      NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
        let (configuration, warnings) = try loadConfiguration(path)
        return (configuration, try configuration.routerSetups(), warnings)
      }
    }.assumeIsolated().flatMap { [self] loaded in
      do {
        return try prepare(loaded.0).map { loaded }
      } catch {
        return loop.makeFailedFuture(error)
      }
    }.flatMapErrorThrowing { [self] error in
      throw refuse(error)
    }.flatMap { [self] configuration, setups, warnings in
      do {
        return try take(configuration, setups, warnings: warnings)
      } catch {
        return loop.makeFailedFuture(refuse(error))
      }
    }.nonisolated()
    lastReload = result.map { _ in }
    return result
  }

  private static let isEnding = ConfigurationRefusal(description: "the daemon is being stopped", details: [])

  private func refuse(_ error: any Error) -> ConfigurationRefusal {
    let refusal =
      error as? ConfigurationRefusal
      ?? ConfigurationRefusal(description: "\(configurationFile): \(error)", details: [])
    if isStopped { return refusal }
    generation.lastReload = (.now, refusal)
    log.report(.reloadFailed(refusal, generation: generation.number))
    return refusal
  }

  /// Looks whether everything of a configuration can run, with nothing to do yet.
  private func prepare(_ configuration: DirectorConfiguration) throws -> EventLoopFuture<Void> {
    if isStopped { throw Self.isEnding }
    if director == nil, !configuration.services.isEmpty { director = try makeDirector() }
    return director?.prepare(configuration) ?? loop.makeSucceededVoidFuture()
  }

  private func take(
    _ configuration: DirectorConfiguration, _ setups: [[RouterSetup]], warnings: [String]
  ) throws -> EventLoopFuture<ReloadRecord> {
    if isStopped { throw Self.isEnding }
    // What may be refused comes first.
    if routers == nil, !setups.isEmpty { routers = try makeRouters([]) }
    connect()
    let changes = try director?.take(configuration) ?? loop.makeSucceededFuture(0)
    let routersDone = routers?.configure(setups, on: loop) ?? loop.makeSucceededVoidFuture()
    generation = Generation(configuration, after: generation)
    let (number, loadedAt) = (generation.number, generation.loadedAt)
    return changes.and(routersDone).assumeIsolated().map { [log, director] changes, _ in
      let refusals = director?.refusals ?? []
      log.report(
        .reloaded(configuration, generation: number, changes: changes, refused: refusals.count))
      return ReloadRecord(
        generation: number, loadedAt: loadedAt, changes: changes,
        refusals: refusals.isEmpty ? nil : refusals, warnings: warnings)
    }.nonisolated()
  }
}
