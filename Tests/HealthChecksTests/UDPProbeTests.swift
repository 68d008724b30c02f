import HealthChecks
import Model
import Testing

@Suite("The UDP probe")
struct UDPProbeTests {
  private func udp(_ payload: String, expecting answer: String? = nil) -> HealthCheck.Probe {
    .udp(HealthCheck.UDP(payload: Array(payload.utf8), expectedAnswer: answer.map { Array($0.utf8) }))
  }

  @Test("sends its payload and looks into the answer", arguments: ["127.0.0.1", "::1"])
  func answer(_ address: String) async throws {
    let server = try await DatagramServer(on: address) { [Array("you said ".utf8) + $0] }
    let report = try await Probing().report(server.endpoint, udp("ping", expecting: "said pi"))
    #expect(report.result == .healthy)
    #expect(report.timings.response != nil)
    #expect(server.questions == [Array("ping".utf8)])
    #expect(try await probe(server.endpoint, udp("ping", expecting: "pong")) == .failed(.content))
    #expect(try await probe(server.endpoint, udp("", expecting: "")) == .healthy)
    #expect(try await probe(server.endpoint, udp("")) == .healthy)
  }

  @Test("fails at once where nobody listens", arguments: [nil, "an answer"])
  func refused(_ answer: String?) async throws {
    let server = try await DatagramServer { _ in [] }
    try await server.stop()
    #expect(try await probe(server.endpoint, udp("ping", expecting: answer)) == .failed(.refused))
  }

  @Test("takes silence for health only where no answer is expected")
  func silence() async throws {
    let server = try await DatagramServer { _ in [] }
    #expect(try await probe(server.endpoint, udp("ping"), timeout: .milliseconds(100)) == .healthy)
    #expect(
      try await probe(server.endpoint, udp("ping", expecting: ""), timeout: .milliseconds(100))
        == .failed(.timedOut(.response)))
  }

  @Test("comes from the address that it is told to come from")
  func source() async throws {
    let server = try await DatagramServer { [$0] }
    var check = HealthCheck(udp("ping", expecting: "ping"), timeout: .seconds(10))
    check.source = IPAddress("127.0.0.77")
    #expect(try await Probing().report(server.endpoint, by: check).result == .healthy)
    check.source = IPAddress("192.0.2.1")
    #expect(try await Probing().report(server.endpoint, by: check).result == .failed(.absentSource))
  }
}
