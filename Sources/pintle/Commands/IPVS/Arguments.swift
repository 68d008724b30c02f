public import ArgumentParser
public import Model

/// A service on the command line: `10.0.0.250:6443`, `[fd00::53]:53/udp`, `fwmark:7`, `fwmark:7/ipv6`.
extension ServiceKey: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.first, parts.count <= 2 else { return nil }
    let kind = parts.count == 2 ? parts[1].lowercased() : nil
    if name.hasPrefix("fwmark:") {
      guard let mark = UInt32(name.dropFirst("fwmark:".count)), mark > 0 else { return nil }
      switch kind {
      case nil, "ipv4": self = .firewallMark(mark, .ipv4)
      case "ipv6": self = .firewallMark(mark, .ipv6)
      default: return nil
      }
    } else {
      guard let endpoint = Endpoint(name), let transport = TransportProtocol(rawValue: kind ?? "tcp") else {
        return nil
      }
      self = .endpoint(transport, endpoint)
    }
  }
}

extension ServiceKey {
  /// The service as the command line takes it.
  var argument: String {
    switch self {
    case .endpoint(.tcp, let endpoint): "\(endpoint)"
    case .endpoint(let transport, let endpoint): "\(endpoint)/\(transport)"
    case .firewallMark(let mark, .ipv4): "fwmark:\(mark)"
    case .firewallMark(let mark, .ipv6): "fwmark:\(mark)/ipv6"
    }
  }
}

extension Endpoint: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) { self.init(argument) }
}

extension Scheduler: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) { self.init(argument) }

  /// For help and completion.
  public static var allValueStrings: [String] { known.map(\.name) }
}

extension PersistenceEngine: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) { self.init(argument) }
}

extension SyncDaemon.Role: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) {
    guard let role = Self.allCases.first(where: { $0.description == argument }) else { return nil }
    self = role
  }

  /// For help and completion.
  public static var allValueStrings: [String] { allCases.map(\.description) }
}

extension IPAddress: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) { self.init(argument) }
}

/// `nat`, `direct`, or a tunnel: `ipip`, `gre`, `gre+csum`, `gue:PORT`, `gue:PORT+csum`, `gue:PORT+remcsum`.
extension ForwardingMethod: ExpressibleByArgument {
  /// Reads it from a command line.
  public init?(argument: String) {
    switch argument {
    case "nat": self = .nat
    case "direct": self = .direct
    default:
      guard let tunnel = Tunnel(argument: argument) else { return nil }
      self = .tunnel(tunnel)
    }
  }
}

extension Tunnel {
  fileprivate init?(argument: String) {
    let parts = argument.split(separator: "+", omittingEmptySubsequences: false)
    guard let kind = parts.first, parts.count <= 2 else { return nil }
    let checksum: Checksum
    switch parts.count == 2 ? parts[1] : nil {
    case nil: checksum = .none
    case "csum": checksum = .full
    case "remcsum": checksum = .remote
    default: return nil
    }
    switch kind {
    case "ipip" where parts.count == 1: self = .ipip
    case "gre" where checksum != .remote: self = .gre(checksum)
    default:
      guard kind.hasPrefix("gue:"), let port = UInt16(kind.dropFirst(4)), port > 0 else { return nil }
      self = .gue(port: port, checksum)
    }
  }
}
