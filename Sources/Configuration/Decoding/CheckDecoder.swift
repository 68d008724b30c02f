internal import Model

/// Reads `check`: one probe, its pace, and how many answers decide.
enum CheckDecoder {
  /// A check, and the port that it goes to if that is not the server's own.
  struct Result {
    var check: HealthCheck
    var port: UInt16?
  }

  private static let kinds = ["tcp", "tls", "http", "https"]
  /// Those that the file format has names for, and no version has yet.
  private static let laterKinds = ["dns", "udp", "ping", "exec", "file"]
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
    for kind in laterKinds where fields.has(kind) {
      _ = fields.take(kind)
      report.add(.checkNotAvailable(kind, available: kinds), at: fields.keyPosition(of: kind))
    }
    fields.finish()

    // An interval that cannot be read says nothing about the timeout.
    let pace = interval ?? (fields.has("interval") ? intervals.upperBound : defaults.interval)
    let timeout = given ?? min(defaults.timeout, pace)
    if timeout > pace { report.add(.timeoutAboveInterval(timeout, pace), at: fields.position(of: "timeout")) }
    guard let probe else { return nil }
    return Result(
      check: HealthCheck(probe, interval: pace, timeout: timeout, rise: rise, fall: fall), port: port)
  }

  private static func probe(_ fields: inout Fields) -> HealthCheck.Probe? {
    guard let (kind, node) = fields.oneOf(kinds) else {
      return laterKinds.contains(where: fields.has) ? nil : .tcp
    }
    guard var settings = Fields(node, of: "the \(kind) check", fields.report) else { return nil }
    defer { settings.finish() }
    switch kind {
    case "tls": return .tls(tls(&settings))
    case "http": return .http(http(&settings))
    case "https": return .https(http(&settings), tls(&settings))
    default: return .tcp
    }
  }

  private static func tls(_ fields: inout Fields) -> HealthCheck.TLS {
    HealthCheck.TLS(
      authorityFile: fields.optional("ca", .file), serverName: fields.optional("serverName", .serverName))
  }

  private static func http(_ fields: inout Fields) -> HealthCheck.HTTP {
    var http = HealthCheck.HTTP()
    if let path = fields.optional("path", .requestTarget) { http.path = path }
    guard let node = fields.take("status"),
      let elements = fields.report.elements(of: node, expected: StatusRange.expected, orSingle: true)
    else { return http }
    if elements.isEmpty { fields.report.add(.emptyList("'status'", needs: "status"), at: node.position) }
    http.expectedStatus = elements.compactMap { fields.report.read($0, as: .status) }
    return http
  }
}

/// The statuses of HTTP, one or some in a row.
enum StatusRange {
  static let expected = "a status such as 200 or 200-299"

  static func write(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }
}

extension Format where Value == ClosedRange<Int> {
  /// `200` or `200-299`, within 100 to 599.
  fileprivate static let status = Format.text(StatusRange.expected) { text throws(Problem) in
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy(\.isNumber) else {
      throw .malformed(text, expected: StatusRange.expected)
    }
    let numbers = parts.compactMap { Int($0) }.filter { (100...599).contains($0) }
    guard numbers.count == parts.count, let lower = numbers.first, let upper = numbers.last, lower <= upper
    else { throw .outOfRange(text, "100 to 599, the lower one first") }
    return lower...upper
  }
}
