internal import IPVS
internal import Model

extension TableChange {
  /// The change as a plan shows it: `+` adds, `~` edits, `-` deletes.
  var planLine: String {
    switch self {
    case .addService(let service): "+ service \(service.key) \(service.scheduler)"
    case .setService(let service): "~ service \(service.key) \(service.scheduler)"
    case .deleteService(let key): "- service \(key)"
    case .addServer(let server, let key): "+ server \(server.endpoint) of \(key) \(server.settings)"
    case .setServer(let server, let key): "~ server \(server.endpoint) of \(key) \(server.settings)"
    case .deleteServer(let endpoint, let key): "- server \(endpoint) of \(key)"
    }
  }
}

extension RealServer {
  fileprivate var settings: String { "\(forwarding) weight \(weight)" }
}

extension Rule {
  /// The rule as a dry run shows it.
  var planLine: String {
    switch self {
    case .change(let change): change.planLine
    case .flush: "- all services"
    case .zero(let key?): "~ counters of \(key) to zero"
    case .zero(nil): "~ all counters to zero"
    case .setTimeouts(let timeouts):
      "~ time-outs tcp \(timeouts.tcp) tcp-fin \(timeouts.tcpFin) udp \(timeouts.udp)"
    case .startDaemon(let daemon): "+ sync daemon \(daemon.role) on \(daemon.interface)"
    case .stopDaemon(let role): "- sync daemon \(role)"
    }
  }
}
