/// The transport protocols that IPVS balances.
public enum TransportProtocol: String, Hashable, Sendable, CaseIterable {
  /// IP protocol 6.
  case tcp
  /// IP protocol 17.
  case udp
  /// IP protocol 132.
  case sctp

  /// The IANA protocol number, as in the IPv4 header: 6, 17 or 132.
  public var number: UInt8 {
    switch self {
    case .tcp: 6
    case .udp: 17
    case .sctp: 132
    }
  }

  /// The protocol of an IANA number, or nil where IPVS has no balancer for it.
  public init?(number: some BinaryInteger) {
    switch number {
    case 6: self = .tcp
    case 17: self = .udp
    case 132: self = .sctp
    default: return nil
    }
  }
}

extension TransportProtocol: CustomStringConvertible {
  /// `tcp`, `udp` or `sctp`.
  public var description: String { rawValue }
}
