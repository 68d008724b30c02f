import NIOSSL

/// A server's certificate and its key.
struct Identity: Sendable {
  var certificateFile: String
  var keyFile: String
  /// The file of the authority whose clients alone are served; nil: all are.
  var clientAuthority: String?
  /// The newest version of TLS that the server speaks; nil: the newest that there is.
  var newestVersion: TLSVersion?

  /// The server's side of TLS with this identity.
  func context() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(certificateFile).map(NIOSSLCertificateSource.certificate)
    let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain, privateKey: .privateKey(key))
    if let clientAuthority {
      configuration.trustRoots = .file(clientAuthority)
      configuration.certificateVerification = .noHostnameVerification
    }
    configuration.maximumTLSVersion = newestVersion
    configuration.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: configuration)
  }
}
