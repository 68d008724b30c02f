import Model
import NIOSSL

/// The TLS contexts of all checks: made when first needed, and again when an authority file has changed.
///
/// A use costs one `stat`; a file is read and parsed only when that shows another version of it, a broken one too.
/// The system's own authorities are read once.
final class TLSContexts {
  private struct Key: Hashable {
    var authorityFile: String?
    var applicationProtocols: [String]
  }

  private struct Entry {
    var version: FileVersion?
    var context: Result<TLSContext, ProbeFailure>
  }

  private var entries: [Key: Entry] = [:]

  /// The context for what a check requires, with the authority file as it is now.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
  func context(
    for requirements: HealthCheck.TLS, applicationProtocols: [String]
  ) throws(ProbeFailure) -> TLSContext {
    let key = Key(authorityFile: requirements.authorityFile, applicationProtocols: applicationProtocols)
    let version = try key.authorityFile.map { path throws(ProbeFailure) in try FileVersion(of: path) }
    if let entry = entries[key], entry.version == version { return try entry.context.get() }

    let context = Result { () throws(ProbeFailure) in try make(key) }
    entries[key] = Entry(version: version, context: context)
    return try context.get()
  }

  private func make(_ key: Key) throws(ProbeFailure) -> TLSContext {
    let authorities = try key.authorityFile.map { path throws(ProbeFailure) in
      let bytes = try contents(of: path)
      do {
        return try NIOSSLCertificate.fromPEMBytes(bytes)
      } catch {
        throw ProbeFailure.misconfigured("\(path): no certificates in PEM")
      }
    }
    do {
      return try TLSContext(authorities: authorities, applicationProtocols: key.applicationProtocols)
    } catch {
      throw .misconfigured("\(key.authorityFile ?? "the system's authorities"): \(error)")
    }
  }
}
