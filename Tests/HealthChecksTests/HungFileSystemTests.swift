import HealthChecks
import Model
import Testing

@Suite(
  "A file system that does not answer", .enabled(if: HungFileSystem.isPossible), .timeLimit(.minutes(1)))
struct HungFileSystemTests {
  private let mount: HungFileSystem
  private let path: String
  private let directory: TemporaryDirectory
  private let authority: Authority
  private let server: TestServer

  init() async throws {
    mount = try HungFileSystem()
    path = mount.file("file")
    directory = try TemporaryDirectory()
    authority = try Authority("authority", in: directory)
    server = try await TestServer(.silence, as: authority.issue("IP:127.0.0.1"))
  }

  private var checks: [HealthCheck.Probe] {
    [
      .tls(HealthCheck.TLS(authorityFile: path)),
      .http(HealthCheck.HTTP([.init()], tokenFile: path)),
      .file(HealthCheck.File(path: path)),
      .exec(HealthCheck.Exec(command: [path])),
    ]
  }

  private var noAnswer: ProbeFailure {
    .misconfigured("\(path): the file system does not answer (does its server live?)")
  }

  @Test("has the checks that need it say so at their deadline, and holds up no other")
  func others() async throws {
    let probing = try await Probing()
    try await withThrowingTaskGroup { group in
      // More of them than there are threads.
      for check in checks + checks + checks {
        group.addTask {
          let (report, elapsed) = try await probing.timedReport(
            server.endpoint, check, timeout: .seconds(3))
          #expect(report.result == .failed(noAnswer))
          #expect(elapsed >= .seconds(3))
        }
      }
      // In the meantime.
      try directory.write("7", to: "weight")
      let others: [HealthCheck.Probe] = [
        .tcp, .tls(trusting(authority)), .exec(HealthCheck.Exec(command: ["/bin/true"])),
        .file(HealthCheck.File(path: directory.file("weight"), holdsWeight: true)),
      ]
      for check in others {
        let report = try await probing.report(server.endpoint, check, timeout: .seconds(1))
        #expect(report.result == .healthy)
      }
      try await group.waitForAll()
    }
  }

  @Test("is found out before a configuration is taken in")
  func preparation() async throws {
    let probing = try await Probing()
    for check in [checks[0], checks[3]] { #expect(try await probing.preparation(of: check) == noAnswer) }
    #expect(try await probing.preparation(of: .tls(trusting(authority))) == nil)
  }
}
