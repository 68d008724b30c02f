internal import Model

/// Reads `check`: one probe, its pace, and how many answers decide.
enum CheckDecoder {
  /// A check, and the port that it goes to if that is not the server's own.
  struct Result {
    var check: HealthCheck
    var port: UInt16?
    /// Where the source address stands, if there is one.
    var source: SourcePosition?

    /// Notes a source address that cannot reach a server, because it is of the other family.
    func verifySource(reaches servers: [Located<RealServer>], _ report: Report) {
      guard let address = check.source else { return }
      let stranger = servers.first { $0.value.endpoint.address.family != address.family }
      if let stranger { report.add(.sourceFamily(address, stranger.value.endpoint), at: source) }
    }
  }

  private static let kinds = ["tcp", "tls", "http", "https", "dns", "udp", "ping", "exec", "file"]
  private static let intervals = Duration.milliseconds(100)...Duration.seconds(3600)
  private static let shortestTimeout = Duration.milliseconds(10)

  static func decode(_ node: Node, _ report: Report) -> Result? {
    guard var fields = Fields(node, of: "a check", report) else { return nil }
    let defaults = HealthCheck(.tcp)
    let probe = probe(&fields)
    let port = fields.optional("port", .integer(1...UInt16.max))
    let interval = fields.optional("interval", .duration(intervals))
    let given = fields.optional("timeout", .duration(shortestTimeout...intervals.upperBound))
    let rise = fields.optional("rise", .integer(1...100)) ?? defaults.rise
    let fall = fields.optional("fall", .integer(1...100)) ?? defaults.fall
    let source = source(for: probe, &fields)
    let sentinel = sentinel(for: probe, &fields)
    fields.finish()

    // An interval that cannot be read says nothing about the timeout.
    let pace = interval ?? (fields.has("interval") ? intervals.upperBound : defaults.interval)
    let timeout = given ?? min(defaults.timeout, pace)
    if timeout > pace { report.add(.timeoutAboveInterval(timeout, pace), at: fields.position(of: "timeout")) }
    guard let probe else { return nil }
    let check = HealthCheck(
      probe, interval: pace, timeout: timeout, rise: rise, fall: fall, sentinel: sentinel, source: source)
    return Result(check: check, port: port, source: fields.position(of: "source"))
  }

  private static func probe(_ fields: inout Fields) -> HealthCheck.Probe? {
    guard let (kind, node) = fields.oneOf(kinds) else { return .tcp }
    guard var settings = Fields(node, of: "the \(kind) check", fields.report) else { return nil }
    defer { settings.finish() }
    switch kind {
    case "tls": return .tls(tls(&settings))
    case "http": return .http(http(&settings))
    case "https": return .https(http(&settings), tls(&settings))
    case "dns": return .dns(dns(&settings))
    case "udp": return .udp(udp(&settings))
    case "ping": return .ping
    case "exec": return exec(&settings).map { .exec($0) }
    case "file": return file(&settings).map { .file($0) }
    default: return .tcp
    }
  }

  private static func source(for probe: HealthCheck.Probe?, _ fields: inout Fields) -> IPAddress? {
    switch probe {
    case .exec, .file:
      fields.reject("source", without: "for a check that Pintle does not send over the network")
      return nil
    default:
      return fields.optional("source", .hostAddress)
    }
  }

  private static func sentinel(for probe: HealthCheck.Probe?, _ fields: inout Fields) -> Bool? {
    if let probe, !probe.isConnection {
      fields.reject("sentinel", without: "for a check that is not over TCP")
      return nil
    }
    return fields.optional("sentinel", .boolean)
  }
}
