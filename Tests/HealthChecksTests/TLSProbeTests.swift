import HealthChecks
import Model
import Testing

@Suite("The TLS probe")
struct TLSProbeTests {
  let directory: TemporaryDirectory
  let authority: Authority

  init() throws {
    directory = try TemporaryDirectory()
    authority = try Authority("authority", in: directory)
  }

  @Test("accepts the server's address in the certificate", arguments: ["127.0.0.1", "::1"])
  func address(address: String) async throws {
    let server = try await TestServer(.silence, on: address, as: authority.issue("IP:\(address)"))
    let report = try await Probing().report(server.endpoint, .tls(trusting(authority)))
    #expect(report.result == .healthy)
    #expect(report.timings.connect != nil)
    #expect(report.timings.handshake != nil)
    #expect(report.timings.response == nil)
  }

  @Test(
    "accepts the server name in the certificate",
    arguments: [
      ("DNS:other,DNS:kubernetes", "kubernetes"), ("DNS:KUBERNETES", "kubernetes"),
      ("DNS:*.example.com", "api.example.com"), ("DNS:api.example.com", "API.example.com."),
    ])
  func name(names: String, serverName: String) async throws {
    let server = try await TestServer(.silence, as: authority.issue(names))
    #expect(try await probe(server.endpoint, .tls(trusting(authority, serverName))) == .healthy)
  }

  @Test("accepts a server name that is the server's own address")
  func addressAsName() async throws {
    let server = try await TestServer(.silence, as: authority.issue("IP:127.0.0.1"))
    #expect(try await probe(server.endpoint, .tls(trusting(authority, "127.0.0.1"))) == .healthy)
  }

  @Test(
    "refuses a certificate of another name, even one for the server's address",
    arguments: [
      ("DNS:other", "kubernetes"), ("DNS:other,IP:127.0.0.1", "kubernetes"), ("IP:127.0.0.1", "kubernetes"),
      ("DNS:*.example.com,IP:127.0.0.1", "a.b.example.com"),
      ("DNS:*.example.com,IP:127.0.0.1", "example.com"),
    ])
  func wrongName(names: String, serverName: String) async throws {
    let server = try await TestServer(.silence, as: authority.issue(names))
    let result = try await probe(server.endpoint, .tls(trusting(authority, serverName)))
    #expect(result == .failed(.wrongName(expected: serverName)))
  }

  @Test(
    "refuses a certificate of another address",
    arguments: ["IP:127.0.0.2", "DNS:127.0.0.1", "DNS:localhost"])
  func wrongAddress(names: String) async throws {
    let server = try await TestServer(.silence, as: authority.issue(names))
    let result = try await probe(server.endpoint, .tls(trusting(authority)))
    #expect(result == .failed(.wrongName(expected: "127.0.0.1")))
  }

  @Test("refuses a certificate of an authority that is not in the file")
  func untrusted() async throws {
    let other = try Authority("other", in: directory)
    let server = try await TestServer(.silence, as: other.issue("IP:127.0.0.1"))
    #expect(try await probe(server.endpoint, .tls(trusting(authority))) == .failed(.untrusted))
  }

  @Test("refuses a certificate of an authority that the system does not know")
  func untrustedBySystem() async throws {
    let server = try await TestServer(.silence, as: authority.issue("IP:127.0.0.1"))
    #expect(try await probe(server.endpoint, .tls(HealthCheck.TLS())) == .failed(.untrusted))
  }

  @Test("refuses a certificate whose time is over")
  func expired() async throws {
    let server = try await TestServer(.silence, as: authority.issue("IP:127.0.0.1", isExpired: true))
    #expect(try await probe(server.endpoint, .tls(trusting(authority))) == .failed(.expired))
  }

  @Test("refuses a certificate of an authority whose time is over")
  func expiredAuthority() async throws {
    let old = try Authority("old", in: directory, isExpired: true)
    let server = try await TestServer(.silence, as: old.issue("IP:127.0.0.1"))
    #expect(try await probe(server.endpoint, .tls(trusting(old))) == .failed(.expired))
  }

  @Test("gives up at the deadline where the server never answers the handshake")
  func timedOut() async throws {
    let server = try await TestServer(.silence)
    let result = try await probe(server.endpoint, .tls(trusting(authority)), timeout: .seconds(1))
    #expect(result == .failed(.timedOut(.handshake)))
  }

  @Test(
    "is reset where the server ends the connection within the handshake", arguments: [Conduct.reset, .close])
  func reset(conduct: Conduct) async throws {
    let server = try await TestServer(conduct)
    #expect(try await probe(server.endpoint, .tls(trusting(authority))) == .failed(.reset(.handshake)))
  }

  @Test("fails in words where the server speaks no TLS")
  func plain() async throws {
    let server = try await TestServer(.answer("HTTP/1.1 400 Bad Request\r\n\r\n"))
    let result = try await probe(server.endpoint, .tls(trusting(authority)))
    #expect(result == .failed(.handshake("wrong version number")))
  }

  @Test("is refused where nothing listens")
  func refused() async throws {
    let closed = try RawListener.refusing()
    #expect(try await probe(closed.endpoint, .tls(trusting(authority))) == .failed(.refused))
  }

  @Test("leaves the server nothing to complain of")
  func politeness() async throws {
    let server = try await TestServer(.silence, as: authority.issue("IP:127.0.0.1"))
    let probing = try await Probing()
    for _ in 0..<20 {
      #expect(try await probing.report(server.endpoint, .tls(trusting(authority))).result == .healthy)
    }
    #expect(server.connections == 20)
    #expect(server.errors == [])
  }
}
