internal import Model

/// What the kernel does not validate, and would carry out in a way that nobody meant.
extension TableChange {
  /// Why this change must not reach the kernel, or nil.
  package var objection: String? {
    switch self {
    case .addService(let service), .setService(let service): service.objection
    case .addServer(let server, let key), .setServer(let server, let key): server.objection(in: key)
    case .deleteService, .deleteServer: nil
    }
  }
}

extension VirtualService {
  fileprivate var objection: String? {
    switch key {
    case .firewallMark(0, _):
      // The kernel would make a service of no address and no port of it.
      return "firewall mark 0 is no mark"
    case .firewallMark: break
    case .endpoint(let transport, let endpoint):
      if !endpoint.address.isUnicast { return "\(endpoint.address) is not a unicast address" }
      if endpoint.port == 0, persistence == nil { return "port 0 (every port) needs persistence" }
      if isOnePacket, transport != .udp { return "one-packet scheduling is for UDP" }
    }
    guard let persistence else { return nil }
    if !(1...Persistence.maximumTimeout).contains(persistence.timeout) {
      return "persistence timeout must be 1 to \(Persistence.maximumTimeout) seconds"
    }
    if key.family == .ipv6, !(1...128).contains(persistence.mask) {
      return "IPv6 persistence prefix length must be 1 to 128"
    }
    return nil
  }
}

extension RealServer {
  fileprivate func objection(in key: ServiceKey) -> String? {
    if !endpoint.address.isUnicast { return "\(endpoint.address) is not a unicast address" }
    if weight > Self.maximumNumber { return "weight must be 0 to \(Self.maximumNumber)" }
    if upperThreshold > Self.maximumNumber { return "upper threshold must be 0 to \(Self.maximumNumber)" }
    if lowerThreshold > upperThreshold { return "lower threshold is above the upper one" }

    switch forwarding {
    case .nat: break
    case .direct, .tunnel:
      if let port = key.port, port != endpoint.port {
        return "\(forwarding) does not translate ports: the server's must be \(port)"
      }
    case .local, .bypass: return "forwarding \(forwarding) is the kernel's own"
    }
    if endpoint.port == 0, let port = key.port, port != 0 {
      return "a server's port 0 needs a service on port 0"
    }

    switch forwarding {
    case .tunnel(.gue(port: 0, _)): return "a GUE tunnel needs a port"
    case .tunnel(.gre(.remote)): return "a GRE tunnel has no remote checksum"
    case .tunnel: break
    default:
      if endpoint.address.family != key.family {
        return
          "an \(endpoint.address.family.rawValue) server of an \(key.family.rawValue) service needs a tunnel"
      }
    }
    return nil
  }
}

extension SyncDaemon {
  /// Why this daemon must not be started, or nil.
  package var objection: String? {
    if interface.isEmpty || interface.utf8.count > 15 { return "interface name must have 1 to 15 bytes" }
    if syncID == 0, role == .master { return "sync id of a master must be 1 to 255" }
    if let group {
      let isMulticast =
        switch group {
        case .ipv4(let address): address.isMulticast
        case .ipv6(let address): address.isMulticast
        }
      if !isMulticast { return "\(group) is not a multicast group" }
    }
    if port == 0 { return "port must be 1 to 65535" }
    if timeToLive == 0 { return "time to live must be 1 to 255" }
    if maximumLength == 0 { return "maximum length must be at least 1" }
    return nil
  }
}
