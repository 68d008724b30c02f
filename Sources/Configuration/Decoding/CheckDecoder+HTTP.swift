internal import Model

extension CheckDecoder {
  /// The most requests and the most headers of a check.
  private static let limit = 16

  /// Reads one request, or several, and what is sent with each.
  static func http(_ fields: inout Fields) -> HealthCheck.HTTP {
    let requests = fields.has("requests") ? requests(&fields) : [request(&fields)]
    return HealthCheck.HTTP(
      requests, headers: headers(&fields), tokenFile: fields.optional("tokenFile", .file))
  }

  private static func requests(_ fields: inout Fields) -> [HealthCheck.HTTP.Request] {
    for key in ["path", "status", "body"] where fields.take(key) != nil {
      fields.report.add(
        .conflictingKeys(["requests", key], of: fields.owner), at: fields.keyPosition(of: key))
    }
    guard let node = fields.take("requests"),
      let elements = fields.report.elements(of: node, expected: "a list of requests")
    else { return [] }
    if elements.isEmpty { fields.report.add(.emptyList("'requests'", needs: "request"), at: node.position) }
    limit(elements, of: node, fields.report)
    return elements.compactMap { element in
      guard var settings = Fields(element, of: "a request", fields.report) else { return nil }
      defer { settings.finish() }
      return request(&settings)
    }
  }

  private static func request(_ fields: inout Fields) -> HealthCheck.HTTP.Request {
    var request = HealthCheck.HTTP.Request()
    if let path = fields.optional("path", .requestTarget) { request.path = path }
    request.expectedBody = fields.optional("body", .content)
    guard let node = fields.take("status"),
      let elements = fields.report.elements(of: node, expected: StatusRange.expected, orSingle: true)
    else { return request }
    if elements.isEmpty { fields.report.add(.emptyList("'status'", needs: "status"), at: node.position) }
    request.expectedStatus = elements.compactMap { fields.report.read($0, as: .status) }
    return request
  }

  private static func headers(_ fields: inout Fields) -> [HealthCheck.HTTP.Header] {
    guard let node = fields.take("headers") else { return [] }
    guard case .mapping(let entries) = node.content else {
      fields.report.add(.wrongType(expected: "headers, each with its value", found: node), at: node.position)
      return []
    }
    limit(entries, of: node, fields.report)
    return entries.compactMap { entry in
      let reserved = ["connection", "content-length", "transfer-encoding"]
      guard entry.key.isHeaderName, !reserved.contains(entry.key.lowercased()) else {
        fields.report.add(
          .malformed(entry.key, expected: "the name of a header that a check may send"), at: entry.position)
        return nil
      }
      return fields.report.read(entry.value, as: .headerValue).map {
        HealthCheck.HTTP.Header(entry.key, $0)
      }
    }
  }

  private static func limit<Element>(_ elements: [Element], of node: Node, _ report: Report) {
    if elements.count > limit {
      report.add(.outOfRange("\(elements.count)", "at most \(limit)"), at: node.position)
    }
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

extension Format where Value == String {
  /// What is looked for in a body: 1 to 1024 bytes without control characters.
  fileprivate static let content = Format.text("a text in the body") { text throws(Problem) in
    guard (1...1024).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .malformed(text, expected: "a text of 1 to 1024 bytes in one line")
    }
    return text
  }

  /// The value of a header: printable ASCII, blanks only within.
  fileprivate static let headerValue = Format.text("the value of a header") { text throws(Problem) in
    guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0.isVisible || $0 == 0x20 }),
      !text.hasPrefix(" "), !text.hasSuffix(" ")
    else { throw .malformed(text, expected: "the value of a header, in ASCII and in one line") }
    return text
  }
}

extension String {
  /// Whether it is a token of RFC 9110 §5.6.2.
  fileprivate var isHeaderName: Bool {
    (1...128).contains(utf8.count) && isWord(with: "!#$%&'*+-.^_`|~")
  }
}
