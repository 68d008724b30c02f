/// How a server's health is asked for, and how many answers decide.
public struct HealthCheck: Hashable, Sendable {
  /// What is asked.
  public var probe: Probe
  /// From the start of one probe to the start of the next: 100 ms to an hour.
  public var interval: Duration
  /// The deadline of one probe over all of its phases; at most the interval.
  public var timeout: Duration
  /// How many successes in a row bring a server back: 1 to 100.
  public var rise: Int
  /// How many failures in a row take a server out: 1 to 100.
  public var fall: Int

  /// Makes a check with the defaults of the configuration's reference.
  public init(
    _ probe: Probe, interval: Duration = .seconds(1), timeout: Duration = .milliseconds(800), rise: Int = 2,
    fall: Int = 3
  ) {
    self.probe = probe
    self.interval = interval
    self.timeout = timeout
    self.rise = rise
    self.fall = fall
  }
}

extension HealthCheck {
  /// One question to a server.
  public enum Probe: Hashable, Sendable {
    /// It accepts a TCP connection.
    case tcp
    /// It completes a TLS handshake.
    case tls(TLS)
    /// It answers an HTTP/1.1 request.
    case http(HTTP)
    /// It answers an HTTP/1.1 request over TLS.
    case https(HTTP, TLS)
  }

  /// What a server's certificate must satisfy.
  public struct TLS: Hashable, Sendable {
    /// The file of the authorities that are trusted, in PEM; nil: those of the system.
    public var authorityFile: String?
    /// The name that the certificate must carry, and that is sent as SNI; nil: the server's address.
    public var serverName: String?

    /// Makes the requirements; the default is the system's authorities and the server's own address.
    public init(authorityFile: String? = nil, serverName: String? = nil) {
      self.authorityFile = authorityFile
      self.serverName = serverName
    }
  }

  /// A request and the answer that is expected.
  public struct HTTP: Hashable, Sendable {
    /// The request target, beginning with "/"; a query may follow.
    public var path: String
    /// The statuses that count as healthy, each range within 100 to 599.
    public var expectedStatus: [ClosedRange<Int>]

    /// Makes a request; the default expects any 2xx.
    public init(path: String = "/", expectedStatus: [ClosedRange<Int>] = [200...299]) {
      self.path = path
      self.expectedStatus = expectedStatus
    }
  }
}
