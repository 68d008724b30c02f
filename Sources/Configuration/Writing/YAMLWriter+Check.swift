internal import Model

extension YAMLWriter {
  /// Writes what stands below `check`.
  mutating func write(_ check: HealthCheck, port: UInt16?) {
    switch check.probe {
    case .tcp: line("tcp", "{}")
    case .tls(let tls): line("tls", Self.entries(nil, tls))
    case .http(let http): line("http", Self.entries(http, nil))
    case .https(let http, let tls): line("https", Self.entries(http, tls))
    case .dns(let dns):
      let code = DNSWords.word(for: dns.expectedCode)
      line(
        "dns", Self.flow(["name": Self.scalar(dns.name), "type": "\(dns.type)".uppercased(), "code": code]))
    case .udp(let udp):
      line(
        "udp",
        Self.flow([
          "sendHex": Self.hexadecimal(udp.payload), "expectHex": udp.expectedAnswer.map(Self.hexadecimal),
        ]))
    case .ping: line("ping", "{}")
    case .exec(let exec):
      let command = Self.flow(exec.command.map { Self.scalar($0) })
      line("exec", Self.flow(["command": command, "dynamicWeight": "\(exec.hasDynamicWeight)"]))
    case .file(let file):
      line("file", Self.flow(["path": Self.scalar(file.path), "weight": "\(file.holdsWeight)"]))
    }
    if let port { line("port", "\(port)") }
    line("interval", DurationText.write(check.interval))
    line("timeout", DurationText.write(check.timeout))
    line("rise", "\(check.rise)")
    line("fall", "\(check.fall)")
    if check.probe.isConnection { line("sentinel", "\(check.sentinel)") }
    if let source = check.source { line("source", Self.address(source.description)) }
  }

  private static func entries(_ http: HealthCheck.HTTP?, _ tls: HealthCheck.TLS?) -> String {
    var entries: [String] = []
    func add(_ key: String, _ value: String?) {
      if let value { entries.append("\(key): \(value)") }
    }
    if let http {
      let requests = http.requests.map(self.entries)
      if requests.count == 1 {
        entries += requests[0]
      } else {
        add("requests", flow(requests.map { "{\($0.joined(separator: ", "))}" }))
      }
      let headers = http.headers.map { "\(scalar($0.name)): \(scalar($0.value))" }
      if !headers.isEmpty { add("headers", "{\(headers.joined(separator: ", "))}") }
      add("tokenFile", http.tokenFile.map { scalar($0) })
    }
    if let tls {
      add("ca", tls.authorityFile.map { scalar($0) })
      add("serverName", tls.serverName.map { scalar($0) })
      add("certificate", tls.client.map { scalar($0.certificateFile) })
      add("key", tls.client.map { scalar($0.keyFile) })
      let defaults = HealthCheck.TLS().versions
      if tls.versions != defaults {
        add("minimumVersion", tls.versions.lowerBound.rawValue)
        add("maximumVersion", tls.versions.upperBound.rawValue)
      }
    }
    return "{\(entries.joined(separator: ", "))}"
  }

  private static func entries(_ request: HealthCheck.HTTP.Request) -> [String] {
    [
      "path: \(scalar(request.path))", "status: \(flow(request.expectedStatus.map(StatusRange.write)))",
    ] + (request.expectedBody.map { ["body: \(scalar($0))"] } ?? [])
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "\"\(digits.joined())\""
  }
}
