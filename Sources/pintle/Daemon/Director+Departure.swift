internal import Balancing
internal import Configuration
internal import HealthChecks
internal import Model
internal import NIOCore

/// How the services leave before the daemon ends, where it is to take them with it.
extension Director {
  /// From the end of the longest drain to that of the wait, should the kernel refuse to let a service go.
  private static let slack = TimeAmount.seconds(5)

  /// Has the services leave to which clients come: their servers get no new connections, and go once they have none left
  /// or their time is over.
  ///
  /// - Parameter elsewhere: virtual addresses, which are not here any more: nobody comes to them.
  /// - Returns: done once they are out of the table; it does not fail.
  func leave(but elsewhere: Set<IPAddress>) -> EventLoopFuture<Void> {
    let leaving = services.filter { key, _ in key.address.map { !elsewhere.contains($0) } ?? true }
    if leaving.isEmpty { return loop.makeSucceededVoidFuture() }
    let done = loop.makePromise(of: Void.self)
    departure = (Set(leaving.keys), done)
    for service in leaving.values {
      for checker in service.checkers.values { checker.stop() }
      service.checkers.removeAll()
      tell(service.balancer.retire(at: now), of: service)
      arm(service)
    }
    let longest = leaving.values.map { TimeAmount($0.configuration.drain) }.max() ?? .zero
    loop.assumeIsolated().scheduleTask(in: longest + Self.slack) { [weak self] in self?.endDeparture() }
    // Those that nobody is connected to are seen to be so by the second look.
    reconcile(Array(leaving.values), as: .change)
    reconcile(leaving.keys.sorted().compactMap { services[$0] }, as: .poll)
    return done.futureResult
  }

  /// Waits for nobody any longer.
  func endDeparture() {
    departure?.done.succeed()
    departure = nil
  }
}
