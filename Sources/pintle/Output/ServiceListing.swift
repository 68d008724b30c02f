internal import IPVS
internal import Model

/// The forwarding table as lines for people: a line a service, and below it a line a server.
enum ServiceListing {
  /// Settings and connections.
  static func settings(_ snapshots: [ServiceSnapshot], _ names: Names) -> TextTable {
    var table = TextTable([.left, .left, .left, .right, .right, .right])
    table.add(["SERVICE", "SCHEDULER", "SETTINGS"])
    table.add(["  -> SERVER", "FORWARDING", "", "WEIGHT", "ACTIVE", "INACTIVE"])
    for snapshot in snapshots {
      let service = snapshot.status.service
      table.add([names.name(of: service.key), service.scheduler.name], note: service.settingsText)
      for status in snapshot.servers.sorted(by: { $0.server.endpoint < $1.server.endpoint }) {
        let server = status.server
        table.add([
          "  -> \(names.name(of: server.endpoint, service.key))", server.forwarding.description,
          server.thresholdsText, "\(server.weight)", "\(status.connections.active)",
          "\(status.connections.inactive)",
        ])
      }
    }
    return table
  }

  /// What was counted.
  static func statistics(_ snapshots: [ServiceSnapshot], _ names: Names) -> TextTable {
    counters(snapshots, names, ["CONNECTIONS", "IN-PACKETS", "OUT-PACKETS", "IN-BYTES", "OUT-BYTES"]) {
      [$0.connections, $0.incomingPackets, $0.outgoingPackets, $0.incomingBytes, $0.outgoingBytes]
    }
  }

  /// Rates per second.
  static func rates(_ snapshots: [ServiceSnapshot], _ names: Names) -> TextTable {
    counters(
      snapshots, names, ["CONNECTIONS/S", "IN-PACKETS/S", "OUT-PACKETS/S", "IN-BYTES/S", "OUT-BYTES/S"]
    ) {
      [
        $0.connectionRate, $0.incomingPacketRate, $0.outgoingPacketRate, $0.incomingByteRate,
        $0.outgoingByteRate,
      ]
    }
  }

  private static func counters(
    _ snapshots: [ServiceSnapshot], _ names: Names, _ titles: [String],
    _ values: (TrafficStatistics) -> [UInt64]
  ) -> TextTable {
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.add(["SERVICE"] + titles)
    table.add(["  -> SERVER"])
    for snapshot in snapshots {
      let key = snapshot.status.service.key
      table.add([names.name(of: key)] + values(snapshot.status.statistics).map { "\($0)" })
      for status in snapshot.servers.sorted(by: { $0.server.endpoint < $1.server.endpoint }) {
        table.add(
          ["  -> \(names.name(of: status.server.endpoint, key))"] + values(status.statistics).map { "\($0)" })
      }
    }
    return table
  }
}

extension VirtualService {
  /// Flags, persistence and one-packet scheduling in words; empty where there is none of them.
  fileprivate var settingsText: String {
    var parts = schedulerFlags.names(for: scheduler)
    if let persistence {
      parts.append("persistent \(persistence.timeout)s")
      if persistence.mask != Persistence.hostMask(key.family) {
        parts.append(
          "mask \(key.family == .ipv4 ? IPv4Address(persistence.mask).description : "/\(persistence.mask)")")
      }
    }
    if let persistenceEngine { parts.append("engine \(persistenceEngine)") }
    if isOnePacket { parts.append("one-packet") }
    return parts.joined(separator: ", ")
  }
}

extension RealServer {
  /// The thresholds in words; empty where there is none.
  fileprivate var thresholdsText: String {
    if upperThreshold == 0 { return "" }
    return lowerThreshold == 0 ? "limit \(upperThreshold)" : "limit \(upperThreshold)/\(lowerThreshold)"
  }
}
