import Model

/// The bearer tokens of all checks, each read when first needed, and again when its file has changed.
///
/// A use costs one `stat`: the tokens of Kubernetes are replaced while they are in use.
final class TokenFiles {
  private var entries: [String: (version: FileVersion, token: Result<String, ProbeFailure>)] = [:]

  /// The token in a file as it is now, without the white space around it.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
  func token(in path: String) throws(ProbeFailure) -> String {
    let version = try FileVersion(of: path)
    if let entry = entries[path], entry.version == version { return try entry.token.get() }

    let token = Result { () throws(ProbeFailure) in try read(path) }
    entries[path] = (version, token)
    return try token.get()
  }

  private func read(_ path: String) throws(ProbeFailure) -> String {
    let token = try contents(of: path).trimmed
    guard !token.isEmpty, token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .misconfigured("\(path): no token")
    }
    return String(decoding: token, as: UTF8.self)
  }
}
