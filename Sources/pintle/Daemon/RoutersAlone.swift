internal import Configuration
internal import Control
internal import NIOCore

/// A daemon without services on a kernel without IPVS: virtual routers are all that it has, and all that a reload of its
/// configuration can change. Everything happens on one event loop.
final class RoutersAlone {
  /// Called when another configuration is to run; it may still refuse.
  var onReload: (PreparedRouters) throws(Failure) -> Void = { _ in }
  /// What runs, and what became of the last attempt to replace it.
  private(set) var generation: Generation
  private let configurationFile: String
  private let loop: any EventLoop
  private let log: EventLog
  /// Done when the last reload that was asked for is.
  private var lastReload: EventLoopFuture<Void>

  /// Begins with the configuration of the start.
  ///
  /// - Parameters:
  ///   - configuration: what the operator asked for.
  ///   - file: where that was read, and is read again with every reload.
  ///   - loop: the event loop of all this.
  ///   - log: where events go.
  init(_ configuration: DirectorConfiguration, from file: String, on loop: any EventLoop, log: EventLog) {
    generation = Generation(configuration)
    configurationFile = file
    self.loop = loop
    self.log = log
    lastReload = loop.makeSucceededVoidFuture()
  }

  /// Reads the configuration file again and takes it in, or keeps the one that runs if anything is wrong with it.
  ///
  /// - Returns: what became of it; it fails with a ``ConfigurationRefusal``.
  func reload() -> EventLoopFuture<ReloadRecord> {
    let result = LoadedConfiguration.reading(configurationFile, after: lastReload, on: loop)
      .assumeIsolated().flatMapThrowing { [self] loaded in
        do {
          return try take(try loaded.get())
        } catch {
          throw refuse(error)
        }
      }.nonisolated()
    lastReload = result.map { _ in }
    return result
  }

  private func take(_ loaded: LoadedConfiguration) throws(Failure) -> ReloadRecord {
    guard loaded.configuration.services.isEmpty else {
      throw Failure(
        "\(configurationFile): its services need IPVS, which this kernel did not have when the daemon started; "
          + "load ip_vs (modprobe ip_vs) and restart the daemon")
    }
    try onReload(loaded.routers)
    generation = Generation(loaded.configuration, after: generation)
    log.report(.reloaded(generation: generation.number, changes: 0))
    return ReloadRecord(
      generation: generation.number, loadedAt: generation.loadedAt, changes: 0, warnings: loaded.warnings)
  }

  private func refuse(_ error: any Error) -> ConfigurationRefusal {
    let refusal = ConfigurationRefusal(error)
    generation.lastReload = (.now, refusal)
    log.report(.reloadFailed(refusal, generation: generation.number))
    return refusal
  }
}
