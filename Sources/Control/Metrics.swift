/// The daemon's figures as Prometheus reads them (text format 0.0.4).
package enum Metrics {
  /// Writes what a status and the events say.
  ///
  /// - Parameters:
  ///   - status: services, servers and routers.
  ///   - events: how many of each kind there were.
  /// - Returns: the text.
  package static func text(of status: StatusRecord, events: [String: UInt64]) -> String {
    var text = MetricsText()
    text.add("pintle_build_info", .gauge, "The program's version.", [(["version": status.version], 1)])
    text.add("pintle_start_time_seconds", .gauge, "When the daemon started.", [([:], status.started.seconds)])
    text.add(
      "pintle_configuration_generation", .counter, "Configurations taken in since the start.",
      [([:], Double(status.generation))])
    text.add(
      "pintle_configuration_loaded_time_seconds", .gauge, "When the running configuration was taken in.",
      [([:], status.loadedAt.seconds)])
    text.add(
      "pintle_configuration_last_reload_successful", .gauge, "0: the last reload left the old one running.",
      [([:], status.lastReload?.error == nil ? 1 : 0)])
    add(status.services, to: &text)
    add(status.virtualRouters, to: &text)
    text.add(
      "pintle_events_total", .counter, "Events by kind, as the journal has them.",
      events.sorted { $0.key < $1.key }.map { (["kind": $0.key], Double($0.value)) })
    if let drops = status.journalDrops {
      text.add(
        "pintle_journal_dropped_total", .counter, "Events that the journal had no room for.",
        [([:], Double(drops))])
    }
    return text.text
  }

  private static func add(_ services: [ServiceRecord], to text: inout MetricsText) {
    func each(_ value: (ServiceRecord) -> Double) -> [MetricsText.Sample] {
      services.map { (["service": $0.name], value($0)) }
    }
    func eachServer(_ value: (ServerRecord) -> Double?) -> [MetricsText.Sample] {
      services.flatMap { service in
        service.servers.compactMap { server in
          value(server).map { (["service": service.name, "server": server.address], $0) }
        }
      }
    }
    text.add(
      "pintle_service_quorum", .gauge, "1: the service has its quorum.", each { $0.quorum.holds ? 1 : 0 })
    text.add("pintle_service_servers_serving", .gauge, "Servers in service.", each { Double($0.quorum.has) })
    text.add(
      "pintle_server_state", .gauge, "1: the server is in this state.",
      services.flatMap { service in
        service.servers.map {
          (["service": service.name, "server": $0.address, "state": $0.state.rawValue], 1)
        }
      })
    text.add(
      "pintle_server_weight", .gauge, "Weight in the kernel's table.",
      eachServer { $0.kernelWeight.map(Double.init) })
    text.add(
      "pintle_server_active_connections", .gauge, "Established connections.",
      eachServer { $0.activeConnections.map(Double.init) })
    text.add(
      "pintle_server_inactive_connections", .gauge, "Connections that are opening or closing.",
      eachServer { $0.inactiveConnections.map(Double.init) })
  }

  private static func add(_ routers: [RouterRecord], to text: inout MetricsText) {
    func each(_ value: (RouterRecord) -> Double) -> [MetricsText.Sample] {
      routers.map { (["router": $0.name], value($0)) }
    }
    text.add(
      "pintle_router_active", .gauge, "1: this host is Active, and holds the addresses.",
      each { $0.role == .active ? 1 : 0 })
    text.add(
      "pintle_router_priority", .gauge, "The priority that is advertised.",
      each { Double($0.priority.effective) })
    text.add("pintle_router_faults", .gauge, "What keeps it from its work.", each { Double($0.faults.count) })
    text.add(
      "pintle_router_advertisements_sent_total", .counter, "Advertisements sent.",
      each { Double($0.counters.advertisementsSent) })
    text.add(
      "pintle_router_advertisements_received_total", .counter, "Advertisements received and believed.",
      each { Double($0.counters.advertisementsReceived) })
    text.add(
      "pintle_router_advertisements_rejected_total", .counter, "Packets that were not believed, by reason.",
      routers.flatMap { router in
        router.counters.rejected.sorted { $0.key < $1.key }.map {
          (["router": router.name, "reason": $0.key], Double($0.value))
        }
      })
  }
}

extension Timestamp {
  fileprivate var seconds: Double { Double(milliseconds) / 1000 }
}
