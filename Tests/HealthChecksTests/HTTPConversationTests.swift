import HealthChecks
import Model
import Testing

@Suite("An HTTP check of several parts")
struct HTTPConversationTests {
  private func answer(_ status: Int, _ body: String = "") -> String {
    "HTTP/1.1 \(status) Text\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private func requests(_ requests: HealthCheck.HTTP.Request...) -> HealthCheck.Probe {
    .http(HealthCheck.HTTP(requests))
  }

  @Test("asks one request after the other over one connection, and closes with the last")
  func order() async throws {
    let server = try await TestServer(.converse([answer(200, "first"), answer(204), answer(302)]))
    let result = try await probe(
      server.endpoint,
      requests(
        .init(path: "/a", expectedBody: "irs"), .init(path: "/b"),
        .init(path: "/c", expectedStatus: [300...399])))
    #expect(result == .healthy)
    #expect(server.connections == 1)
    #expect(server.requests.map { $0.prefix(6) } == ["GET /a", "GET /b", "GET /c"])
    #expect(server.requests.map { $0.contains("Connection: close") } == [false, false, true])
  }

  @Test("fails by the first answer that is not the expected one")
  func first() async throws {
    let server = try await TestServer(.converse([answer(200), answer(503), answer(200)]))
    let result = try await probe(server.endpoint, requests(.init(), .init(), .init()))
    #expect(result == .failed(.status(503)))
    #expect(server.requests.count == 2)
  }

  @Test("goes on over another connection where the server says that it ends one with its answer")
  func anotherConnection() async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"))
    #expect(
      try await probe(server.endpoint, requests(.init(path: "/a"), .init(path: "/b"), .init(path: "/c")))
        == .healthy)
    #expect(server.connections == 3)
    #expect(server.requests.map { $0.prefix(6) } == ["GET /a", "GET /b", "GET /c"])
  }

  @Test("fails where the server ends a connection without a word of it")
  func broken() async throws {
    let server = try await TestServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    #expect(try await probe(server.endpoint, requests(.init(), .init())) == .failed(.reset(.response)))
  }

  @Test("wants the body to hold a text", arguments: ["ok", "etcd ok", "[+]etcd ok\n", "\n[+]"])
  func body(_ text: String) async throws {
    let server = try await TestServer(.converse([answer(200, "[+]ping ok\n[+]etcd ok\n")]))
    #expect(try await probe(server.endpoint, requests(.init(expectedBody: text))) == .healthy)
  }

  @Test("fails where the body ends without the text", arguments: ["", "o", "ko", "OK"])
  func otherBody(_ body: String) async throws {
    let server = try await TestServer(.converse([answer(200, body)]))
    #expect(try await probe(server.endpoint, requests(.init(expectedBody: "ok"))) == .failed(.content))
  }

  @Test("finds a text that arrives in pieces")
  func pieces() async throws {
    let server = try await TestServer(
      .answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxhe\r\n1\r\na\r\n4\r\nlthy\r\n0\r\n\r\n"))
    #expect(try await probe(server.endpoint, requests(.init(expectedBody: "healthy"))) == .healthy)
  }

  @Test("does not look for a text in a body without end")
  func endless() async throws {
    let server = try await TestServer(.flood(begin: "HTTP/1.1 200 OK\r\n\r\n", with: "noise "))
    #expect(try await probe(server.endpoint, requests(.init(expectedBody: "ok"))) == .failed(.tooMuchData))
  }

  @Test("sends its own headers, in place of those that it would send by itself")
  func headers() async throws {
    let server = try await TestServer(.converse([answer(200)]))
    let http = HealthCheck.HTTP(
      [.init()], headers: [.init("host", "api"), .init("X-Check", "1"), .init("x-check", "2")])
    #expect(try await probe(server.endpoint, .http(http)) == .healthy)
    let request = try #require(server.requests.first)
    #expect(request.contains("\r\nhost: api\r\n"))
    #expect(!request.contains("Host: "))
    #expect(request.contains("\r\nX-Check: 1\r\nx-check: 2\r\n"))
  }

  @Test("sends the token of a file as it is at the time, and none that cannot be sent")
  func token() async throws {
    let directory = try TemporaryDirectory()
    let server = try await TestServer(.converse([answer(200)]))
    let check = HealthCheck.Probe.http(HealthCheck.HTTP([.init()], tokenFile: directory.file("token")))
    let probing = try await Probing()
    func result() async throws -> ProbeResult { try await probing.report(server.endpoint, check).result }
    func isMisconfigured(_ result: ProbeResult) -> Bool {
      if case .failed(.misconfigured) = result { true } else { false }
    }

    #expect(isMisconfigured(try await result()))
    try directory.write("\n first \n", to: "token")
    #expect(try await result() == .healthy)
    try directory.write("second, longer\n", to: "token")
    #expect(isMisconfigured(try await result()))
    try directory.write("second\n", to: "token")
    #expect(try await result() == .healthy)
    let sent = server.requests.compactMap {
      $0.split(separator: "\r\n").first { $0.hasPrefix("Authorization") }
    }
    #expect(sent == ["Authorization: Bearer first", "Authorization: Bearer second"])
  }

  @Test("comes from the address that it is told to come from", arguments: ["127.0.0.1", "127.0.0.77"])
  func source(_ address: String) async throws {
    let server = try await TestServer(.converse([answer(200)]))
    var check = HealthCheck(.http(HealthCheck.HTTP()), timeout: .seconds(10))
    check.source = IPAddress(address)
    #expect(try await Probing().report(server.endpoint, by: check).result == .healthy)
    #expect(server.peers == [address])

    check.source = IPAddress("192.0.2.1")
    #expect(try await Probing().report(server.endpoint, by: check).result == .failed(.absentSource))
    check.source = IPAddress("::1")
    #expect(
      try await Probing().report(server.endpoint, by: check).result
        == .failed(.misconfigured("::1 cannot speak to 127.0.0.1")))
  }

  @Test("times the first byte, even where nothing more comes")
  func firstByte() async throws {
    let server = try await TestServer(.drip)
    let report = try await Probing().report(
      server.endpoint, .http(HealthCheck.HTTP()), timeout: .seconds(2))
    #expect(report.result == .failed(.timedOut(.response)))
    #expect(try #require(report.timings.firstByte) < .seconds(2))
    #expect(report.timings.response == nil)
  }
}
