import Model
import NIOSSL

/// The TLS contexts of all checks: made when first needed, and again when one of their files has changed.
///
/// A use costs a `stat` for each file; a file is read and parsed only when that shows another version of it, a broken
/// one too. The system's own authorities are read once.
final class TLSContexts {
  private struct Key: Hashable {
    var authorityFile: String?
    var client: HealthCheck.TLS.Client?
    var versions: ClosedRange<HealthCheck.TLS.Version>
    var applicationProtocols: [String]

    var files: [String] {
      [authorityFile, client?.certificateFile, client?.keyFile].compactMap { $0 }
    }
  }

  private struct Entry {
    var versions: [FileVersion]
    var context: Result<TLSContext, ProbeFailure>
  }

  private var entries: [Key: Entry] = [:]

  /// The context for what a check requires, with its files as they are now.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
  func context(
    for requirements: HealthCheck.TLS, applicationProtocols: [String]
  ) throws(ProbeFailure) -> TLSContext {
    let key = Key(
      authorityFile: requirements.authorityFile, client: requirements.client, versions: requirements.versions,
      applicationProtocols: applicationProtocols)
    var versions: [FileVersion] = []
    for file in key.files { versions.append(try FileVersion(of: file)) }
    if let entry = entries[key], entry.versions == versions { return try entry.context.get() }

    let context = Result { () throws(ProbeFailure) in try make(key) }
    entries[key] = Entry(versions: versions, context: context)
    return try context.get()
  }

  private func make(_ key: Key) throws(ProbeFailure) -> TLSContext {
    let authorities = try key.authorityFile.map { path throws(ProbeFailure) in try certificates(in: path) }
    let identity = try key.client.map { client throws(ProbeFailure) in
      TLSContext.Identity(
        chain: try certificates(in: client.certificateFile), key: try privateKey(in: client.keyFile))
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

  private func certificates(in path: String) throws(ProbeFailure) -> [NIOSSLCertificate] {
    let bytes = try contents(of: path)
    do {
      return try NIOSSLCertificate.fromPEMBytes(bytes)
    } catch {
      throw .misconfigured("\(path): no certificates in PEM")
    }
  }

  private func privateKey(in path: String) throws(ProbeFailure) -> NIOSSLPrivateKey {
    let bytes = try contents(of: path)
    do {
      return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
    } catch {
      throw .misconfigured("\(path): no private key in PEM, or one with a passphrase")
    }
  }
}
