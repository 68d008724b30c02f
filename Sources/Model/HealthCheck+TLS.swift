extension HealthCheck {
  /// What a server's certificate must satisfy, and what is shown to the server.
  public struct TLS: Hashable, Sendable {
    /// The file of the authorities that are trusted, in PEM; nil: those of the system.
    public var authorityFile: String?
    /// The name that the certificate must carry, and that is sent as SNI; nil: the server's address.
    public var serverName: String?
    /// Who the check says that it is; nil: it does not say.
    public var client: Client?
    /// The oldest and the newest version of TLS that is spoken.
    public var versions: ClosedRange<Version>

    /// Makes the requirements; the default is the system's authorities and the server's own address.
    public init(
      authorityFile: String? = nil, serverName: String? = nil, client: Client? = nil,
      versions: ClosedRange<Version> = .v12 ... .v13
    ) {
      self.authorityFile = authorityFile
      self.serverName = serverName
      self.client = client
      self.versions = versions
    }
  }
}

extension HealthCheck.TLS {
  /// A client certificate and its key.
  public struct Client: Hashable, Sendable {
    /// The file of the certificate and of those between it and its authority, in PEM.
    public var certificateFile: String
    /// The file of its private key, in PEM and without a passphrase.
    public var keyFile: String

    /// Joins a certificate and its key.
    public init(certificateFile: String, keyFile: String) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  /// The versions of TLS that are not deprecated (RFC 8996).
  public enum Version: String, Hashable, Sendable, CaseIterable, Comparable {
    /// RFC 5246.
    case v12 = "1.2"
    /// RFC 8446.
    case v13 = "1.3"

    /// The older one first.
    public static func < (left: Version, right: Version) -> Bool { left == .v12 && right == .v13 }
  }
}
