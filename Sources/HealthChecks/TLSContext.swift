import Glibc
import Model
import NIOCore
import NIOSSL

/// What the connections of checks with the same requirements share: the authorities, and BoringSSL's view of them.
struct TLSContext {
  /// NIOSSL's context.
  let context: NIOSSLContext
  /// The authorities of the check's file; empty where the system's are used.
  private let authorities: [NIOSSLCertificate]

  /// Builds a context that verifies everything.
  ///
  /// - Parameters:
  ///   - authorities: whom to trust; nil: the system's authorities.
  ///   - identity: what to show to a server that asks; nil: nothing.
  ///   - versions: the oldest and the newest version of TLS to speak.
  ///   - applicationProtocols: what to offer by ALPN.
  /// - Throws: what NIOSSL throws, if BoringSSL does not take the authorities or the identity.
  init(
    authorities: [NIOSSLCertificate]?, identity: Identity? = nil,
    versions: ClosedRange<HealthCheck.TLS.Version>, applicationProtocols: [String]
  ) throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .fullVerification
    configuration.minimumTLSVersion = versions.lowerBound.forNIO
    configuration.maximumTLSVersion = versions.upperBound.forNIO
    if let identity {
      configuration.certificateChain = identity.chain.map { .certificate($0) }
      configuration.privateKey = .privateKey(identity.key)
    }
    configuration.trustRoots = authorities.map { .certificates($0) } ?? .default
    configuration.applicationProtocols = applicationProtocols
    // Without the post-quantum exchange that BoringSSL offers first: it is a tenth of what a check costs, and nothing in
    // a check, a token that expires at most, has to stay secret for years.
    configuration.curves = [.x25519, .secp256r1, .secp384r1]
    // A probe sends its close_notify and waits for no other.
    configuration.shutdownTimeout = .zero
    context = try NIOSSLContext(configuration: configuration)
    self.authorities = authorities ?? []
  }

  /// Whether no authority of the check's file is valid at this time, so that it can vouch for nobody.
  func isOutdated(at now: time_t) -> Bool {
    !authorities.isEmpty && !authorities.contains { $0.isCurrent(at: now) }
  }
}

extension TLSContext {
  /// A client's certificate, those between it and its authority, and its key.
  struct Identity {
    var chain: [NIOSSLCertificate]
    var key: NIOSSLPrivateKey
  }
}

extension HealthCheck.TLS.Version {
  /// The same version in NIOSSL's terms.
  fileprivate var forNIO: TLSVersion {
    switch self {
    case .v12: .tlsv12
    case .v13: .tlsv13
    }
  }
}

extension NIOSSLCertificate {
  /// Whether the certificate's time has begun and is not over.
  func isCurrent(at now: time_t) -> Bool {
    notValidBefore <= now && now <= notValidAfter
  }
}
