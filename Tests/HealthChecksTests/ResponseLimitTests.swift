import Model
import NIOCore
import NIOEmbedded
import Testing

@testable import HealthChecks

@Suite("The limit of a response")
struct ResponseLimitTests {
  @Test("does not hide a head that decides behind the body that came with it")
  func headWithBody() throws {
    let head = "HTTP/1.1 200 OK\r\n\r\n"
    #expect(try result(of: head + String(repeating: "x", count: 2 * ResponseLimit.limit)) == .healthy)
  }

  @Test("ends a probe once it is exceeded, and not before")
  func exceeded() throws {
    // Short fields, so that no limit of the parser's own comes first.
    let field = "X: \(String(repeating: "y", count: 1000))\r\n"
    let endless = "HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 70)
    let fitting = String(decoding: endless.utf8.prefix(ResponseLimit.limit), as: UTF8.self)
    #expect(try result(of: fitting) == nil)
    #expect(try result(of: fitting + "y") == .failed(.tooMuchData))
  }

  /// What a probe makes of what a server has sent so far; nil: nothing yet.
  private func result(of response: String) throws -> ProbeResult? {
    let channel = EmbeddedChannel()
    let run = ProbeRun(on: channel.embeddedEventLoop, timeout: .seconds(1))
    let handlers = try HTTPProbe.handlers(run, host: "server", http: HealthCheck.HTTP(), token: nil) { _ in }
    try channel.pipeline.syncOperations.addHandlers(handlers)
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/server")).wait()

    var result: ProbeResult?
    run.report.assumeIsolated().whenSuccess { result = $0.result }
    try channel.writeInbound(ByteBuffer(string: response))
    return result
  }
}
