internal import Balancing
internal import Host
internal import IPVS
internal import Model
internal import NIOCore

//  The kernel tells the peer of a new connection with the next one, or after two to three seconds. A director that loses
//  its power before has told nobody of it, and a client that only listens would wait for a word for ever: what its server
//  says to the service's address belongs to no connection, and of the client it tells the port alone.

/// Asks for the clients of connections that the peer has not told of.
extension DataPath {
  /// From one question for a connection to the next: its server says its word again for as long as nobody hears it.
  private static let patience = TimeAmount.seconds(30)
  /// From one look at all connections to the next.
  private static let pause = TimeAmount.seconds(2)
  /// For how many connections is asked at once, how many clients, and how many words go out.
  private static let most = (strangers: 16, clients: 256, words: 4096)

  /// The services of which it is noted who speaks on connections that nobody knows: those whose servers see the service's
  /// address, for as long as the peer may have known them.
  var noted: Set<Endpoint> {
    let inherited = held.inherited(at: .now).intersection(held.settled(at: .now))
    if inherited.isEmpty { return [] }
    return Set(needs.rules.services.compactMap(\.visible)).intersection(needs.arrivals)
      .filter { inherited.contains($0.address) }
  }

  /// Has every client that is known say a word on the ports of the connections that are not.
  ///
  /// Whose port it is answers, and is reset by that, since this director knows its connection no more than the others do. A
  /// connection that is known, and lacks its source NAT alone, gets it by the same word.
  func askForStrangers() {
    let start = NIODeadline.now()
    let families = Set(rules.noted.map(\.address.family))
    guard !families.isEmpty, start >= askingDue else { return }
    askedFor = askedFor.filter { start - $0.value < Self.patience }
    let noted = families.flatMap { filter?.strangers($0) ?? [] }
    let strangers = noted.filter { askedFor[$0] == nil }.shuffled().prefix(Self.most.strangers)
    if strangers.isEmpty { return }
    // Not before this look is over.
    askingDue = .distantFuture
    let services = Set(strangers.map(\.service))
    connections { services.contains($0.service.address) }.whenSuccess { [self] known in
      // Where the list is long, it is not all that the processor does.
      askingDue = start + max(Self.pause, (.now() - start) * 10)
      if !isStopped { ask(for: Array(strangers), among: known) }
    }
  }

  private func ask(for strangers: [PacketFilterRules.Stranger], among known: [Connection]) {
    var nudges: [Nudge] = []
    var unknown: [Endpoint: Int] = [:]
    for stranger in strangers {
      askedFor[stranger] = .now()
      let ofService = known.filter { $0.service.address == stranger.service }
      let own = ofService.filter { $0.server == stranger.server && $0.client.port == stranger.port }
      var clients = Set(own.map(\.client.address))
      if own.isEmpty {
        clients = Set(Set(ofService.map(\.client.address)).shuffled().prefix(Self.most.clients))
        unknown[stranger.server, default: 0] += 1
      }
      for service in services(of: stranger) {
        nudges += clients.compactMap { Nudge(from: service, to: Endpoint($0, port: stranger.port)) }
      }
    }
    for (server, count) in unknown.sorted(by: { $0.key < $1.key }) {
      log.report(.clientsUnknown(count, of: server))
    }
    nudger.nudge(nudges.shuffled().suffix(Self.most.words), after: .zero)
  }

  /// The services that a connection may be of, by their endpoints.
  private func services(of stranger: PacketFilterRules.Stranger) -> [Endpoint] {
    needs.rules.services.compactMap { service in
      guard let endpoint = service.visible, endpoint.address == stranger.service,
        service.servers.contains(stranger.server)
      else { return nil }
      return endpoint
    }
  }
}

extension PacketFilterRules.SourceNAT {
  /// The endpoint of a TCP service whose servers see its address as their client's; nil: it is none, or has every port.
  var visible: Endpoint? {
    guard source == .service, case .endpoint(.tcp, let endpoint) = key, endpoint.port != 0 else { return nil }
    return endpoint
  }
}
