/// How a packet is wrapped on its way to a server that is reached by tunnel.
public enum Tunnel: Hashable, Sendable {
  /// IP in IP: 20 or 40 bytes more.
  case ipip
  /// Generic UDP encapsulation to a port (host order, 1 to 65535).
  case gue(port: UInt16, Checksum)
  /// Generic routing encapsulation. A remote checksum does not exist here.
  case gre(Checksum)

  /// The checksum of the outer header (`IP_VS_TUNNEL_ENCAP_FLAG_*` of `linux/ip_vs.h`).
  public enum Checksum: UInt16, Hashable, Sendable, CaseIterable {
    /// None (IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM).
    case none = 0
    /// Over the whole datagram (IP_VS_TUNNEL_ENCAP_FLAG_CSUM).
    case full = 1
    /// Remote checksum offload; GUE alone has it.
    case remote = 2
  }
}

extension Tunnel: CustomStringConvertible {
  /// `ipip`, `gue:6080`, `gre`, with `+csum` or `+remcsum`.
  public var description: String {
    switch self {
    case .ipip: "ipip"
    case .gue(let port, let checksum): "gue:\(port)\(checksum.suffix)"
    case .gre(let checksum): "gre\(checksum.suffix)"
    }
  }
}

extension Tunnel.Checksum {
  fileprivate var suffix: String {
    switch self {
    case .none: ""
    case .full: "+csum"
    case .remote: "+remcsum"
    }
  }
}
