import HealthChecks
import Model
import Testing

/// What servers answer that never read the protocol, or read it too well.
@Suite("The HTTP probe, asking an odd server,")
struct OddAnswerTests {
  /// An answer, and what it comes to.
  struct Oddity: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let answer: String
    let result: ProbeResult

    init(_ what: String, _ answer: String, _ result: ProbeResult) {
      testDescription = what
      self.answer = answer
      self.result = result
    }
  }

  @Test(
    "goes by the status where there is one",
    arguments: [
      Oddity("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nok", .healthy),
      Oddity("no reason phrase", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .healthy),
      Oddity("a space for a reason phrase", "HTTP/1.1 503 \r\n\r\n", .failed(.status(503))),
      Oddity("a body where there can be none", "HTTP/1.1 204 No Content\r\n\r\nbody", .healthy),
      Oddity("a redirect to itself", "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", .failed(.status(302))),
      Oddity(
        "another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
        .failed(.status(101))),
      Oddity(
        "two answers to one question", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\n\r\n",
        .healthy),
      Oddity(
        "a chunk that lies", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nok\r\n0\r\n\r\n",
        .healthy),
      Oddity(
        "a chunk of any size",
        "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n",
        .failed(.status(500))),
      Oddity(
        "a chunk that is none", "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n",
        .failed(.status(500))),
      Oddity(
        "a length of any size", "HTTP/1.1 500 No\r\nContent-Length: 9223372036854775807\r\n\r\n",
        .failed(.status(500))),
    ])
  func status(_ oddity: Oddity) async throws {
    let server = try await TestServer(.answer(oddity.answer))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == oddity.result)
  }

  @Test(
    "recognises what cannot be an answer",
    arguments: [
      "HTTP/1.1 \u{0}200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \u{0}\r\n\r\n",
      "HTTP/1.1 -200 OK\r\n\r\n", "HTTP/1.1 99999 OK\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n",
    ])
  func malformed(answer: String) async throws {
    let server = try await TestServer(.answer(answer))
    #expect(try await probe(server.endpoint, .http(HealthCheck.HTTP())) == .failed(.malformedResponse))
  }

  @Test("does not find a text in what is only the encoding of a body")
  func encoding() async throws {
    let answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;ready=yes\r\nno\r\n0\r\nX: ready\r\n\r\n"
    let server = try await TestServer(.answer(answer))
    let http = HealthCheck.HTTP(expectedBody: "ready")
    #expect(try await probe(server.endpoint, .http(http)) == .failed(.content))
  }

  @Test("does not take the second of two answers for that to its next question")
  func unsolicited() async throws {
    let two = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let server = try await TestServer(.converse([two]))
    let http = HealthCheck.HTTP([.init(path: "/a"), .init(path: "/b")])
    #expect(try await probe(server.endpoint, .http(http)) != .healthy)
  }
}
