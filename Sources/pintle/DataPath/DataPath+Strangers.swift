internal import Host
internal import IPVS
internal import Model
internal import NIOCore

//  The kernel tells the peer of a new connection with the next one, or after two to three seconds. A director that loses
//  its power before has told nobody of it, and a client that only listens would wait for a word for ever: what its server
//  says to the service's address belongs to no connection, and of the client it tells the port alone.

/// Asks for the clients of connections that the peer has not told of.
extension DataPath {
  /// How long one is remembered for whose client was asked: by then its server has given up.
  private static let patience = TimeAmount.minutes(20)
  /// For how many is asked at once, and how many clients: their product is what goes out.
  private static let most = (strangers: 16, clients: 256)

  /// Has every client that is known say a word on the ports of the connections that are not.
  ///
  /// Whose port it is answers, and is reset by that, since this director knows its connection no more than the others do. A
  /// connection that is known, and lacks its source NAT alone, gets it by the same word.
  func askForStrangers() {
    if rules.noted.isEmpty { return }
    let now = NIODeadline.now()
    askedFor = askedFor.filter { now - $0.value < Self.patience }
    let noted = AddressFamily.allCases.flatMap { filter?.strangers($0) ?? [] }
    let strangers = noted.filter { askedFor[$0] == nil }.prefix(Self.most.strangers)
    if strangers.isEmpty { return }
    for stranger in strangers { askedFor[stranger] = now }
    let services = Set(strangers.map(\.service))
    connections { services.contains($0.service.address) }.whenSuccess { [self] known in
      if isStopped { return }
      ask(for: Array(strangers), among: known)
    }
  }

  private func ask(for strangers: [PacketFilterRules.Stranger], among known: [Connection]) {
    let clients = Dictionary(grouping: known, by: \.service.address).mapValues { connections in
      Array(Set(connections.map(\.client.address)).prefix(Self.most.clients))
    }
    let nudges = strangers.flatMap { stranger in
      services(of: stranger).flatMap { service in
        (clients[stranger.service] ?? []).compactMap { client in
          Nudge(from: service, to: Endpoint(client, port: stranger.port))
        }
      }
    }
    let byServer = Dictionary(grouping: strangers, by: \.server).sorted { $0.key < $1.key }
    for (server, strangers) in byServer { log.report(.clientsUnknown(strangers.count, of: server)) }
    nudger.nudge(nudges, after: .zero)
  }

  /// The services that a connection may be of, by their endpoints.
  private func services(of stranger: PacketFilterRules.Stranger) -> [Endpoint] {
    needs.rules.services.compactMap { service in
      guard case .endpoint(.tcp, let endpoint) = service.key, endpoint.address == stranger.service,
        service.servers.contains(stranger.server)
      else { return nil }
      return endpoint
    }
  }
}
