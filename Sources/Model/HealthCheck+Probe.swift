extension HealthCheck {
  /// One question to a server.
  public enum Probe: Hashable, Sendable {
    /// It accepts a TCP connection.
    case tcp
    /// It completes a TLS handshake.
    case tls(TLS)
    /// It answers HTTP/1.1 requests.
    case http(HTTP)
    /// It answers HTTP/1.1 requests over TLS.
    case https(HTTP, TLS)
    /// It answers a DNS query over UDP.
    case dns(DNS)
    /// It takes, or answers, a datagram.
    case udp(UDP)
    /// Its host answers an ICMP echo request.
    case ping
    /// A program says so.
    case exec(Exec)
    /// A file says so.
    case file(File)

    /// Whether an idle connection is held to the server unless the operator says otherwise.
    public var isWatchedByDefault: Bool {
      switch self {
      case .tcp, .tls, .https: true
      case .http, .dns, .udp, .ping, .exec, .file: false
      }
    }

    /// Whether a port of the server is asked.
    public var needsPort: Bool {
      switch self {
      case .tcp, .tls, .http, .https, .dns, .udp: true
      case .ping, .exec, .file: false
      }
    }

    /// Whether the server is asked over TCP, so that an idle connection can be held to it.
    public var isConnection: Bool {
      switch self {
      case .tcp, .tls, .http, .https: true
      case .dns, .udp, .ping, .exec, .file: false
      }
    }
  }
}
