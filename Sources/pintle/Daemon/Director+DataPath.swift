internal import Balancing
internal import Configuration
internal import Model
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
    followRoles()
  }

  /// Brings the table to what the roles of the virtual routers make of it: of some services the peer tells connections.
  func followRoles() {
    var changed: [ServiceKey] = []
    for (key, service) in services {
      let isTold = dataPath.isToldOfConnections(of: service.configuration)
      if service.balancer.isListening == isTold { continue }
      service.balancer.listen(isTold, at: now)
      service.noteStates()
      arm(service)
      if service.desired != service.programmed { changed.append(key) }
    }
    if !changed.isEmpty { enqueue(changed.sorted()) }
  }

  /// Looks which addresses this host has now: a server of its own may have got its address later than the daemon began.
  func lookAtHost() {
    guard configuration.connectionSync != nil, let current = try? HostInterfaces.addresses(),
      current != addresses
    else { return }
    addresses = current
    configureDataPath()
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
