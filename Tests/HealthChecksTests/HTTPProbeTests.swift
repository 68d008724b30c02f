import HealthChecks
import Model
import Testing

@Suite("The HTTP probe")
struct HTTPProbeTests {
  @Test("finds a server with the expected status healthy", arguments: ["127.0.0.1", "::1"])
  func healthy(address: String) async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), on: address)
    let report = try await Probing().report(server.endpoint, .http(HealthCheck.HTTP(path: "/readyz?verbose")))
    #expect(report.result == .healthy)
    #expect(report.timings.connect != nil)
    #expect(report.timings.handshake == nil)
    #expect(report.timings.response != nil)
    #expect(
      server.requests == [
        "GET /readyz?verbose HTTP/1.1\r\nHost: \(server.endpoint)\r\nUser-Agent: pintle\r\nAccept: */*\r\n"
          + "Connection: close\r\n\r\n"
      ])
  }

  @Test(
    "judges the status",
    arguments: [
      (200, .healthy), (204, .healthy), (299, .healthy), (300, .failed(.status(300))),
      (401, .failed(.unauthorized(401))), (403, .failed(.unauthorized(403))), (404, .failed(.status(404))),
      (500, .failed(.status(500))), (999, .failed(.status(999))),
    ] as [(Int, ProbeResult)])
  func status(status: Int, expected: ProbeResult) async throws {
    let server = try await TestServer(.answer("HTTP/1.1 \(status) Text\r\nContent-Length: 0\r\n\r\n"))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == expected)
  }

  @Test(
    "tells a server that shuts down from one that is not ready",
    arguments: [
      ("[+]ping ok\n[-]shutdown failed: reason withheld\nreadyz check failed", .shuttingDown),
      ("[+]ping ok\n[-]etcd failed: reason withheld\n[+]shutdown ok", .status(500)),
    ] as [(String, ProbeFailure)])
  func shutdown(body: String, expected: ProbeFailure) async throws {
    let server = try await TestServer(.answer("HTTP/1.1 500 Internal Server Error\r\n\r\n\(body)"))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(expected))
  }

  @Test(
    "holds on to a bad status when the rest of the answer is cut off, or never ends",
    arguments: [
      Conduct.answer("HTTP/1.1 500 Error\r\nContent-Length: 60\r\n\r\n[+]pi"),
      .flood(begin: "HTTP/1.1 500 Error\r\n\r\n", with: String(repeating: "x", count: 1 << 16)),
    ])
  func brokenRejection(conduct: Conduct) async throws {
    let server = try await TestServer(conduct)
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(.status(500)))
  }

  @Test(
    "expects what it was told to expect", arguments: [(401, true), (404, false), (200, false), (503, true)])
  func expectation(status: Int, isHealthy: Bool) async throws {
    let server = try await TestServer(.answer("HTTP/1.1 \(status) Text\r\nContent-Length: 0\r\n\r\n"))
    let request = HealthCheck.HTTP(expectedStatus: [401...401, 500...599])
    #expect(try await (probe(server.endpoint, .http(request)) == .healthy) == isHealthy)
  }

  @Test("waits for the final response after an interim one")
  func interim() async throws {
    let server = try await TestServer(
      .answer("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .healthy)
  }

  @Test("does not read a body without end")
  func endlessBody() async throws {
    let body = String(repeating: "x", count: 1 << 20)
    let server = try await TestServer(.flood(begin: "HTTP/1.1 200 OK\r\n\r\n", with: body))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .healthy)
  }

  @Test(
    "stops reading headers without end",
    arguments: [
      "X-Header: value\r\n", String(repeating: "x", count: 1000),
      "X-Long: \(String(repeating: "y", count: 500))\r\n",
    ])
  func endlessHeaders(more: String) async throws {
    let server = try await TestServer(.flood(begin: "HTTP/1.1 200 OK\r\nX-First: ", with: more))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(.tooMuchData))
  }

  @Test("stops reading interim responses without end")
  func endlessInterim() async throws {
    let interim = "HTTP/1.1 103 Early Hints\r\n\r\n"
    let server = try await TestServer(.flood(begin: interim, with: interim))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(.tooMuchData))
  }

  @Test(
    "recognises what is no HTTP",
    arguments: [
      "SSH-2.0-OpenSSH_9.2\r\n", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{16}", "HTTP/1.1 abc\r\n\r\n", "<html>",
    ])
  func garbage(text: String) async throws {
    let server = try await TestServer(.answer(text))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(.malformedResponse))
  }

  @Test(
    "is reset where the connection ends before the answer does",
    arguments: [Conduct.reset, .close, .answer("HTTP/1.1 200 OK\r\nContent-Le"), .answer("HT")])
  func reset(conduct: Conduct) async throws {
    let server = try await TestServer(conduct)
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(.reset(.response)))
  }

  @Test("gives up at the deadline, however busy the server looks", arguments: [Conduct.silence, .drip])
  func timedOut(conduct: Conduct) async throws {
    let server = try await TestServer(conduct)
    let result = try await probe(server.endpoint, .http(HealthCheck.HTTP()), timeout: .seconds(1))
    #expect(result == .failed(.timedOut(.response)))
  }

  @Test(
    "is misconfigured with a path that can stand in no request",
    arguments: ["", "x", "/a b", "/\r\nX: y", "/é"])
  func path(path: String) async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\n\r\n"))
    let result = try await probe(server.endpoint, .http(HealthCheck.HTTP(path: path)))
    #expect(result == .failed(.misconfigured("\(path.debugDescription) is not a request path")))
  }
}
