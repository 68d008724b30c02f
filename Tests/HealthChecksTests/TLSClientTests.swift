import Model
import NIOSSL
import Testing

@Suite("A check that shows who it is")
struct TLSClientTests {
  private let directory: TemporaryDirectory
  private let authority: Authority
  private let client: Identity

  init() throws {
    directory = try TemporaryDirectory()
    authority = try Authority("authority", in: directory)
    client = try authority.issue("DNS:client")
  }

  private func server() async throws -> TestServer {
    var identity = try authority.issue("IP:127.0.0.1")
    identity.clientAuthority = authority.file
    return try await TestServer(.answer("HTTP/1.1 200 OK\r\n\r\n"), as: identity)
  }

  private func check(_ certificate: String, _ key: String) -> HealthCheck.Probe {
    var tls = trusting(authority)
    tls.client = HealthCheck.TLS.Client(certificateFile: certificate, keyFile: key)
    return .https(HealthCheck.HTTP(), tls)
  }

  @Test("is let in with a certificate of the right authority, and only with it")
  func certificate() async throws {
    let server = try await server()
    #expect(try await probe(server.endpoint, check(client.certificateFile, client.keyFile)) == .healthy)
    #expect(try await probe(server.endpoint, .https(HealthCheck.HTTP(), trusting(authority))) != .healthy)

    let other = try Authority("other", in: directory).issue("DNS:client")
    #expect(try await probe(server.endpoint, check(other.certificateFile, other.keyFile)) != .healthy)
  }

  @Test("cannot run where certificate and key are not there or do not belong together")
  func unusable() async throws {
    let server = try await server()
    let other = try authority.issue("DNS:other")
    for (certificate, key) in [
      (client.certificateFile, other.keyFile), (client.keyFile, client.keyFile),
      (client.certificateFile, client.certificateFile), (directory.file("none"), client.keyFile),
    ] {
      guard case .failed(.misconfigured) = try await probe(server.endpoint, check(certificate, key)) else {
        Issue.record("\(certificate) \(key)")
        continue
      }
    }
    #expect(server.connections == 0)
  }

  @Test("speaks the versions of TLS that it is told to")
  func versions() async throws {
    var identity = try authority.issue("IP:127.0.0.1")
    identity.newestVersion = .tlsv12
    let server = try await TestServer(.silence, as: identity)
    var tls = trusting(authority)
    #expect(try await probe(server.endpoint, .tls(tls)) == .healthy)
    tls.versions = .v12 ... .v12
    #expect(try await probe(server.endpoint, .tls(tls)) == .healthy)
    tls.versions = .v13 ... .v13
    guard case .failed(.handshake) = try await probe(server.endpoint, .tls(tls)) else {
      Issue.record("an older version was accepted")
      return
    }
  }
}
