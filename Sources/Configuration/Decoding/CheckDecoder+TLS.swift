internal import Model

extension CheckDecoder {
  /// Reads what a server's certificate must satisfy, and what is shown to the server.
  static func tls(_ fields: inout Fields) -> HealthCheck.TLS {
    var tls = HealthCheck.TLS(
      authorityFile: fields.optional("ca", .file), serverName: fields.optional("serverName", .serverName))
    if fields.has("certificate") || fields.has("key") {
      let certificate = fields.required("certificate", .file)
      let key = fields.required("key", .file)
      if let certificate, let key {
        tls.client = HealthCheck.TLS.Client(certificateFile: certificate, keyFile: key)
      }
    } else {
      _ = (fields.take("certificate"), fields.take("key"))
    }
    let oldest = fields.optional("minimumVersion", .version) ?? tls.versions.lowerBound
    let newest = fields.optional("maximumVersion", .version) ?? tls.versions.upperBound
    if oldest <= newest {
      tls.versions = oldest...newest
    } else {
      fields.report.add(
        .outOfRange(newest.rawValue, "\(oldest.rawValue) and newer"),
        at: fields.position(of: "maximumVersion"))
    }
    return tls
  }
}

extension Format where Value == HealthCheck.TLS.Version {
  /// `1.2` or `1.3`, quoted or not.
  fileprivate static let version = Format.word(
    "version of TLS", HealthCheck.TLS.Version.allCases.map { ($0.rawValue, $0) })
}
