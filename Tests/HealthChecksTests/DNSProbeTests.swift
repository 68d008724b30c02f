import HealthChecks
import Model
import Testing

@Suite("The DNS probe")
struct DNSProbeTests {
  private func query(
    _ name: String = "api.example.", expecting code: HealthCheck.DNS.ResponseCode? = .noError
  )
    -> HealthCheck.Probe
  { .dns(HealthCheck.DNS(name: name, type: .aaaa, expectedCode: code)) }

  /// The answer with this code to a query.
  private static func answer(_ query: [UInt8], code: UInt8) -> [UInt8] {
    var answer = query
    answer[2] |= 0x80
    answer[3] = 0x80 | code
    return answer
  }

  @Test("asks as the protocol has it", arguments: ["127.0.0.1", "::1"])
  func question(_ address: String) async throws {
    let server = try await DatagramServer(on: address) { [Self.answer($0, code: 0)] }
    #expect(try await probe(server.endpoint, query()) == .healthy)
    #expect(try await probe(server.endpoint, .dns(HealthCheck.DNS())) == .healthy)
    let expected: [[UInt8]] = [
      [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3] + Array("api".utf8) + [7] + Array("example".utf8) + [0, 0, 28, 0, 1],
      [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1],
    ]
    #expect(server.questions.map { Array($0.dropFirst(2)) } == expected)
  }

  @Test(
    "wants a response code, or any",
    arguments: [
      (0, .noError, .healthy), (2, .noError, .failed(.responseCode(2))), (3, .nameError, .healthy),
      (0, .nameError, .failed(.responseCode(0))), (5, nil, .healthy), (11, nil, .healthy),
    ] as [(UInt8, HealthCheck.DNS.ResponseCode?, ProbeResult)])
  func code(_ code: UInt8, expected: HealthCheck.DNS.ResponseCode?, result: ProbeResult) async throws {
    let server = try await DatagramServer { [Self.answer($0, code: code)] }
    #expect(try await probe(server.endpoint, query(expecting: expected)) == result)
  }

  @Test("passes over what answers something else")
  func others() async throws {
    let server = try await DatagramServer { question in
      var other = Self.answer(question, code: 2)
      other[0] ^= 1
      var otherName = Self.answer(question, code: 2)
      otherName[13] = UInt8(ascii: "b")
      let short = Array(question.prefix(11))
      return [other, otherName, question, short, [], Self.answer(question, code: 0)]
    }
    #expect(try await probe(server.endpoint, query()) == .healthy)
  }

  @Test("fails where nobody listens, and where nobody answers")
  func silence() async throws {
    let server = try await DatagramServer { _ in [] }
    #expect(
      try await probe(server.endpoint, query(), timeout: .milliseconds(100)) == .failed(.timedOut(.response)))
    #expect(try await probe(Endpoint(server.endpoint.address, port: 1), query()) == .failed(.refused))
  }
}
