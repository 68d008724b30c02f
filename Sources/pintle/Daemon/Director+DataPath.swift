internal import Configuration
internal import NIOCore

/// What belongs to forwarding beside the table serves the connections that there are, not only those to come.
extension Director {
  /// From the end of what left to the end of what it needed: its clients are told meanwhile, some of them twice.
  private static let farewell = TimeAmount.seconds(2)

  /// Does what the services need, those that leave among them.
  func configureDataPath() {
    var inForce = configuration
    inForce.services = services.sorted { $0.key < $1.key }.map(\.value.inForce)
    dataPath.configure(inForce, addresses: addresses)
  }

  /// Plans to undo what only those needed that have left.
  func planRelease() {
    release?.cancel()
    release = loop.assumeIsolated().scheduleTask(in: Self.farewell) { [weak self] in
      guard let self else { return }
      release = nil
      configureDataPath()
    }
  }
}
