import HealthChecks
import Model
import Testing

@Suite("The HTTPS probe")
struct HTTPSProbeTests {
  let directory: TemporaryDirectory
  let authority: Authority
  let identity: Identity

  init() throws {
    directory = try TemporaryDirectory()
    authority = try Authority("authority", in: directory)
    identity = try authority.issue("DNS:kubernetes,IP:127.0.0.1,IP:::1")
  }

  @Test("asks over TLS", arguments: ["127.0.0.1", "::1"])
  func healthy(address: String) async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\n\r\nok"), on: address, as: identity)
    let report = try await Probing().report(
      server.endpoint, .https(HealthCheck.HTTP(path: "/readyz"), trusting(authority)))
    #expect(report.result == .healthy)
    #expect(report.timings.connect != nil)
    #expect(report.timings.handshake != nil)
    #expect(report.timings.response != nil)
    #expect(server.requests.first?.contains("\r\nHost: \(server.endpoint)\r\n") == true)
  }

  @Test("goes on over another connection, with its own handshake, where the server ends one with its answer")
  func anotherConnection() async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), as: identity)
    let http = HealthCheck.HTTP([.init(path: "/livez"), .init(path: "/readyz")])
    #expect(try await probe(server.endpoint, .https(http, trusting(authority))) == .healthy)
    #expect(server.connections == 2)
  }

  @Test("names the server in the Host header")
  func host() async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\n\r\nok"), as: identity)
    let https = HealthCheck.Probe.https(HealthCheck.HTTP(), trusting(authority, "kubernetes"))
    let result = try await probe(server.endpoint, https)
    #expect(result == .healthy)
    #expect(server.requests.first?.contains("\r\nHost: kubernetes:\(server.endpoint.port)\r\n") == true)
  }

  @Test("says nothing to a server that it does not trust")
  func untrusted() async throws {
    let other = try Authority("other", in: directory)
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\n\r\n"), as: identity)
    let stranger = HealthCheck.Probe.https(HealthCheck.HTTP(), trusting(other))
    #expect(try await probe(server.endpoint, stranger) == .failed(.untrusted))
    let misnamed = HealthCheck.Probe.https(HealthCheck.HTTP(), trusting(authority, "other"))
    #expect(try await probe(server.endpoint, misnamed) == .failed(.wrongName(expected: "other")))
    #expect(server.requests == [])
  }

  @Test(
    "judges the answer as the HTTP probe does",
    arguments: [
      (.answer("HTTP/1.1 500 Text\r\n\r\n"), .status(500)),
      (.answer("HTTP/1.1 401 Text\r\n\r\n"), .unauthorized(401)),
      (.answer("garbage"), .malformedResponse),
      (.close, .reset(.response)),
      (.reset, .reset(.response)),
      (.flood(begin: "HTTP/1.1 200 OK\r\n", with: "X-Header: value\r\n"), .tooMuchData),
    ] as [(Conduct, ProbeFailure)])
  func judgement(conduct: Conduct, expected: ProbeFailure) async throws {
    let server = try await TestServer(conduct, as: identity)
    let result = try await probe(server.endpoint, .https(HealthCheck.HTTP(), trusting(authority)))
    #expect(result == .failed(expected))
  }

  @Test("gives up at the deadline where TLS stands and no answer comes", arguments: [Conduct.silence, .drip])
  func timedOut(conduct: Conduct) async throws {
    let server = try await TestServer(conduct, as: identity)
    let (report, elapsed) = try await Probing().timedReport(
      server.endpoint, .https(HealthCheck.HTTP(), trusting(authority)), timeout: .seconds(3))
    #expect(elapsed < .seconds(7))
    #expect(report.result == .failed(.timedOut(.response)))
    #expect(report.timings.handshake != nil)
    #expect(report.timings.response == nil)
  }

  @Test("does not read a body without end")
  func endlessBody() async throws {
    let body = String(repeating: "x", count: 1 << 20)
    let server = try await TestServer(.flood(begin: "HTTP/1.1 200 OK\r\n\r\n", with: body), as: identity)
    #expect(try await probe(server.endpoint, .https(HealthCheck.HTTP(), trusting(authority))) == .healthy)
  }
}
