import Model
import NIOSSL

/// The TLS contexts of all checks: made when first needed, and again when one of their files has changed.
///
/// A file is parsed only when there is another version of it, a broken one too. The system's own authorities are read
/// once.
final class TLSContexts {
  private struct Key: Hashable {
    var authorityFile: String?
    var client: HealthCheck.TLS.Client?
    var versions: ClosedRange<HealthCheck.TLS.Version>
    var applicationProtocols: [String]
  }

  private struct Entry {
    var files: [FileVersion]
    var context: Result<TLSContext, ProbeFailure>
  }

  private var entries: [Key: Entry] = [:]

  /// The context for what a check requires.
  ///
  /// - Parameters:
  ///   - requirements: what the check requires.
  ///   - applicationProtocols: what to offer by ALPN.
  ///   - files: those of the requirements as they are now, by their paths.
  /// - Returns: the context, which others with the same requirements share.
  /// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
  func context(
    for requirements: HealthCheck.TLS, applicationProtocols: [String], files: [String: FileContents]
  ) throws(ProbeFailure) -> TLSContext {
    let key = Key(
      authorityFile: requirements.authorityFile, client: requirements.client, versions: requirements.versions,
      applicationProtocols: applicationProtocols)
    let versions = requirements.files.compactMap { files[$0]?.version }
    if let entry = entries[key], entry.files == versions { return try entry.context.get() }

    let context = Result { () throws(ProbeFailure) in try make(key, of: files) }
    entries[key] = Entry(files: versions, context: context)
    return try context.get()
  }

  private func make(_ key: Key, of files: [String: FileContents]) throws(ProbeFailure) -> TLSContext {
    let authorities = try key.authorityFile.map { path throws(ProbeFailure) in
      try certificates(in: path, of: files)
    }
    let identity = try key.client.map { client throws(ProbeFailure) in
      TLSContext.Identity(
        chain: try certificates(in: client.certificateFile, of: files),
        key: try privateKey(in: client.keyFile, of: files))
    }
    do {
      return try TLSContext(
        authorities: authorities, identity: identity, versions: key.versions,
        applicationProtocols: key.applicationProtocols)
    } catch {
      // The one thing that BoringSSL finds only when it has all of them.
      if let client = key.client {
        throw .misconfigured("\(client.keyFile): not the key of \(client.certificateFile), or unusable")
      }
      throw .misconfigured("\(key.authorityFile ?? "the system's authorities"): \(error)")
    }
  }

  private func certificates(
    in path: String, of files: [String: FileContents]
  ) throws(ProbeFailure) -> [NIOSSLCertificate] {
    let bytes = try files[path]?.bytes.get() ?? []
    do {
      return try NIOSSLCertificate.fromPEMBytes(bytes)
    } catch {
      throw .misconfigured("\(path): no certificates in PEM")
    }
  }

  private func privateKey(
    in path: String, of files: [String: FileContents]
  ) throws(ProbeFailure) -> NIOSSLPrivateKey {
    let bytes = try files[path]?.bytes.get() ?? []
    do {
      return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
    } catch {
      throw .misconfigured("\(path): no private key in PEM, or one with a passphrase")
    }
  }
}
