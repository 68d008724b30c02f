/// How the kernel gets a packet to its server (`IP_VS_CONN_F_*` of `linux/ip_vs.h`).
public enum ForwardingMethod: Hashable, Sendable {
  /// The destination is rewritten; replies come back through the director. ipvsadm: masquerading.
  case nat
  /// The frame alone is rewritten; the server answers the client itself. ipvsadm: gatewaying.
  case direct
  /// The packet is wrapped; the server answers the client itself.
  case tunnel(Tunnel)
  /// Delivered on the director itself. Nobody asks for it; a kernel may report it.
  case local
  /// Sent on unchanged, past the servers. Nobody asks for it; a kernel may report it.
  case bypass
}

extension ForwardingMethod: CustomStringConvertible {
  /// `nat`, `direct`, `tunnel ipip`, `local`, `bypass`.
  public var description: String {
    switch self {
    case .nat: "nat"
    case .direct: "direct"
    case .tunnel(let tunnel): "tunnel \(tunnel)"
    case .local: "local"
    case .bypass: "bypass"
    }
  }
}
