import HealthChecks
import Model
import Testing

@Suite("The TCP probe")
struct TCPProbeTests {
  @Test("finds a server that accepts connections healthy", arguments: ["127.0.0.1", "::1"])
  func healthy(address: String) async throws {
    let server = try await TestServer(.silence, on: address)
    let report = try await Probing().report(server.endpoint, .tcp)
    #expect(report.result == .healthy)
    #expect(report.timings.connect != nil)
    #expect(report.timings.handshake == nil)
    #expect(report.timings.response == nil)
  }

  @Test("is refused where nothing listens")
  func refused() async throws {
    let closed = try RawListener.refusing()
    #expect(try await probe(closed.endpoint, .tcp) == .failed(.refused))
  }

  @Test("gives up at the deadline where the SYN is dropped")
  func timedOut() async throws {
    let deaf = try RawListener.deaf()
    let (report, elapsed) = try await Probing().timedReport(
      deaf.endpoint, .tcp, timeout: .milliseconds(150))
    #expect(report == ProbeReport(.failed(.timedOut(.connect))))
    #expect(elapsed >= .milliseconds(150))
    #expect(elapsed < .seconds(4))
  }

  @Test("does not wake the server's process")
  func withoutTrace() async throws {
    let server = try await TestServer(.silence)
    let probing = try await Probing()
    for _ in 0..<50 { #expect(try await probing.report(server.endpoint, .tcp).result == .healthy) }
    // The reset must overtake a delayed acknowledgement; on a machine that stalls it now and then does not.
    #expect(server.connections < 25)
  }
}
