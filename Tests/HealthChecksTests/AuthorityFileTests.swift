import HealthChecks
import Model
import Testing

@Suite("The authority file")
struct AuthorityFileTests {
  let directory: TemporaryDirectory
  let authority: Authority
  let server: TestServer

  init() async throws {
    directory = try TemporaryDirectory()
    authority = try Authority("authority", in: directory)
    server = try await TestServer(.silence, as: authority.issue("IP:127.0.0.1"))
  }

  @Test("is named with the reason when it is missing")
  func missing() async throws {
    let path = directory.file("missing.crt")
    let result = try await probe(server.endpoint, .tls(HealthCheck.TLS(authorityFile: path)))
    #expect(result == .failed(.misconfigured("\(path): No such file or directory")))
  }

  @Test("must be a file")
  func directoryInstead() async throws {
    let result = try await probe(server.endpoint, .tls(HealthCheck.TLS(authorityFile: directory.path)))
    #expect(result == .failed(.misconfigured("\(directory.path): not a regular file")))
  }

  @Test("must not be a pipe, which would have to be waited for")
  func pipeInstead() async throws {
    let path = directory.file("pipe")
    try Command.run(["mkfifo", path])
    let result = try await probe(server.endpoint, .tls(HealthCheck.TLS(authorityFile: path)))
    #expect(result == .failed(.misconfigured("\(path): not a regular file")))
  }

  @Test(
    "must hold certificates",
    arguments: ["", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func invalid(text: String) async throws {
    try directory.write(text, to: "invalid.crt")
    let path = directory.file("invalid.crt")
    let result = try await probe(server.endpoint, .tls(HealthCheck.TLS(authorityFile: path)))
    #expect(result == .failed(.misconfigured("\(path): no certificates in PEM")))
  }

  @Test("is read again when it was replaced, by another or by a broken one")
  func replaced() async throws {
    let other = try Authority("other", in: directory)
    let path = directory.file("current.crt")
    let tls = HealthCheck.Probe.tls(HealthCheck.TLS(authorityFile: path))
    let probing = try await Probing()
    func found() async throws -> ProbeResult { try await probing.report(server.endpoint, tls).result }

    try Command.run(["cp", other.file, path])
    #expect(try await found() == .failed(.untrusted))
    try Command.run(["cp", authority.file, path])
    #expect(try await found() == .healthy)
    try directory.write("broken", to: "current.crt")
    #expect(try await found() == .failed(.misconfigured("\(path): no certificates in PEM")))
    try Command.run(["rm", path])
    #expect(try await found() == .failed(.misconfigured("\(path): No such file or directory")))
    try Command.run(["ln", "-s", authority.file, path])
    #expect(try await found() == .healthy)
  }

  @Test("may hold several authorities, the server's among them")
  func several() async throws {
    let old = try Authority("old", in: directory, isExpired: true)
    let path = directory.file("bundle.crt")
    try Command.run(["sh", "-c", "cat \(old.file) \(authority.file) > \(path)"])
    let result = try await probe(server.endpoint, .tls(HealthCheck.TLS(authorityFile: path)))
    #expect(result == .healthy)
  }

  @Test(
    "does not help a server name that no certificate can carry",
    arguments: ["", "a b", "x\r\nHost: y", "10.0.0.1"])
  func impossibleName(name: String) async throws {
    let result = try await probe(server.endpoint, .tls(trusting(authority, name)))
    guard case .failed(.misconfigured) = result else {
      Issue.record("found \(result)")
      return
    }
    #expect(server.connections == 0)
  }
}
