package import Model

extension HealthCheck.Probe {
  /// The files without which it cannot speak to any server, by their paths.
  package var files: [String] {
    switch self {
    case .tls(let tls): tls.files
    case .http(let http): http.files
    case .https(let http, let tls): tls.files + http.files
    case .tcp, .dns, .udp, .ping, .exec, .file: []
    }
  }
}

extension HealthCheck.TLS {
  /// Those of the authorities and of the client's certificate and key.
  var files: [String] {
    [authorityFile, client?.certificateFile, client?.keyFile].compactMap { $0 }
  }
}

extension HealthCheck.HTTP {
  fileprivate var files: [String] {
    tokenFile.map { [$0] } ?? []
  }

  /// The bearer token, without the white space around it.
  ///
  /// - Parameter files: those of the check, by their paths.
  /// - Returns: the token; nil: none is sent.
  /// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
  func token(in files: [String: FileContents]) throws(ProbeFailure) -> String? {
    guard let tokenFile, let file = files[tokenFile] else { return nil }
    let token = try file.bytes.get().trimmed
    guard !token.isEmpty, token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .misconfigured("\(tokenFile): no token")
    }
    return String(decoding: token, as: UTF8.self)
  }
}
