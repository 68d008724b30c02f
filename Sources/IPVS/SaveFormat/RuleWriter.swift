public import Model

/// Writes a table in ipvsadm's save format, as `ipvsadm -S -n` does.
public enum RuleWriter {
  /// The lines that make the table of an empty one, in the order of services and servers.
  ///
  /// Thresholds are written too: ipvsadm leaves them out, but reads them.
  public static func write(_ table: ForwardingTable) -> String {
    var text = ""
    for entry in table.sortedEntries {
      let key = name(of: entry.service.key)
      text += "-A \(key)\(settings(of: entry.service))\n"
      for server in entry.sortedServers {
        text += "-a \(key) -r \(server.endpoint)\(settings(of: server))\n"
      }
    }
    return text
  }

  private static func name(of key: ServiceKey) -> String {
    switch key {
    case .endpoint(.tcp, let endpoint): "-t \(endpoint)"
    case .endpoint(.udp, let endpoint): "-u \(endpoint)"
    case .endpoint(.sctp, let endpoint): "--sctp-service \(endpoint)"
    case .firewallMark(let mark, .ipv4): "-f \(mark)"
    case .firewallMark(let mark, .ipv6): "-f \(mark) -6"
    }
  }

  private static func settings(of service: VirtualService) -> String {
    var text = " -s \(service.scheduler)"
    if let persistence = service.persistence {
      let family = service.key.family
      text += " -p \(persistence.timeout)"
      if persistence.mask != Persistence.hostMask(family) {
        text += family == .ipv4 ? " -M \(IPv4Address(persistence.mask))" : " -M \(persistence.mask)"
      }
    }
    if let engine = service.persistenceEngine { text += " --pe \(engine)" }
    if service.isOnePacket { text += " -o" }
    let flags = service.schedulerFlags.names(for: service.scheduler)
    if !flags.isEmpty { text += " -b \(flags.joined(separator: ","))" }
    return text
  }

  private static func settings(of server: RealServer) -> String {
    var text: String
    switch server.forwarding {
    case .nat: text = " -m -w \(server.weight)"
    case .direct, .local, .bypass: text = " -g -w \(server.weight)"
    case .tunnel(let tunnel): text = " -i -w \(server.weight)\(settings(of: tunnel))"
    }
    if server.upperThreshold != 0 { text += " -x \(server.upperThreshold)" }
    if server.lowerThreshold != 0 { text += " -y \(server.lowerThreshold)" }
    return text
  }

  private static func settings(of tunnel: Tunnel) -> String {
    switch tunnel {
    case .ipip: " --tun-type ipip"
    case .gue(let port, let checksum): " --tun-type gue --tun-port \(port) \(option(of: checksum))"
    case .gre(let checksum): " --tun-type gre \(option(of: checksum))"
    }
  }

  private static func option(of checksum: Tunnel.Checksum) -> String {
    switch checksum {
    case .none: "--tun-nocsum"
    case .full: "--tun-csum"
    case .remote: "--tun-remcsum"
    }
  }
}
