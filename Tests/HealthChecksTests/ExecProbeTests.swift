import Glibc
import HealthChecks
import Model
import TestSupport
import Testing

@Suite("The exec probe")
struct ExecProbeTests {
  private let directory: TemporaryDirectory
  private let server: Endpoint

  init() throws {
    directory = try TemporaryDirectory()
    server = try #require(Endpoint("[fd00::11]:6443"))
  }

  private func shell(_ script: String, hasDynamicWeight: Bool = false) -> HealthCheck.Probe {
    .exec(HealthCheck.Exec(command: ["/bin/sh", "-c", script], hasDynamicWeight: hasDynamicWeight))
  }

  @Test(
    "judges the exit status",
    arguments: [
      ("exit 0", .healthy), ("exit 1", .failed(.exited(1))), ("exit 255", .failed(.exited(255))),
      ("kill -TERM $$", .failed(.killed(15))),
    ] as [(String, ProbeResult)])
  func status(_ script: String, expected: ProbeResult) async throws {
    let report = try await Probing().report(server, shell(script))
    #expect(report.result == expected)
    #expect(report.weight == nil)
    #expect(report.timings.response != nil)
  }

  @Test(
    "takes a weight from the exit status",
    arguments: [(0, nil), (2, 0), (3, 1), (102, 100), (255, 253)] as [(Int, UInt32?)])
  func weight(_ status: Int, weight: UInt32?) async throws {
    let report = try await Probing().report(server, shell("exit \(status)", hasDynamicWeight: true))
    #expect(report.result == .healthy)
    #expect(report.weight == weight)
    #expect(try await probe(server, shell("exit 1", hasDynamicWeight: true)) == .failed(.exited(1)))
  }

  @Test("tells the program what it is asked about, and nothing else")
  func environment() async throws {
    let output = directory.file("environment")
    let check = HealthCheck(
      .exec(
        HealthCheck.Exec(command: ["/bin/sh", "-c", "env >$0; echo \"$@\" >>$0", output, "a b", "$HOME"])),
      timeout: .seconds(10))
    #expect(try await Probing().report(server, by: check).result == .healthy)
    let lines = Set(directory.text(of: "environment").split(separator: "\n").map(String.init))
    #expect(
      lines.isSuperset(of: [
        "PINTLE_SERVICE=a service", "PINTLE_SERVER=[fd00::11]:6443", "PINTLE_ADDRESS=fd00::11",
        "PINTLE_PORT=6443", "PINTLE_TIMEOUT_MS=10000", "a b $HOME",
      ]))
    #expect(!lines.contains { $0.hasPrefix("HOME=") })
  }

  @Test("gives the program no descriptors, no signal mask and a process group of its own")
  func isolation() async throws {
    let output = directory.file("state")
    let inherited = open("/dev/null", O_RDONLY)
    defer { close(inherited) }
    // The shell itself blocks and opens what it likes, its children show what they were given.
    let script = """
      exec >\(output)
      echo $(ls /proc/self/fd)
      cut -d' ' -f5 /proc/$$/stat; echo $$
      grep SigBlk /proc/self/status
      """
    #expect(try await probe(server, shell(script)) == .healthy)
    let lines = directory.text(of: "state").split(separator: "\n").map(String.init)
    try #require(lines.count == 4)
    // The last one is that of the directory that is listed.
    #expect(lines[0] == "0 1 2 3")
    #expect(lines[1] == lines[2])
    #expect(lines[3].hasSuffix("0000000000000000"))
  }

  @Test("kills the program and its children at the deadline")
  func deadline() async throws {
    let output = directory.file("children")
    let script = "sleep 1000 & echo $! >\(output); echo $$ >>\(output); trap '' TERM; sleep 1000; sleep 1000"
    let (report, elapsed) = try await Probing().timedReport(
      server, shell(script), timeout: .milliseconds(500))
    #expect(report.result == .failed(.timedOut(.program)))
    #expect(elapsed < .seconds(5))
    let children = directory.text(of: "children").split(separator: "\n").compactMap { pid_t($0) }
    #expect(children.count == 2)
    for _ in 0..<500 where children.contains(where: isRunning) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(!children.contains(where: isRunning))
  }

  @Test("ends what a program leaves behind in its group")
  func leftovers() async throws {
    let output = directory.file("child")
    #expect(try await probe(server, shell("sleep 1000 & echo $! >\(output)")) == .healthy)
    let child = try #require(
      directory.text(of: "child").split(separator: "\n").compactMap { pid_t($0) }.first)
    for _ in 0..<500 where isRunning(child) { try await Task.sleep(for: .milliseconds(10)) }
    #expect(!isRunning(child))
  }

  @Test("starts no other program as long as one that was killed is still there")
  func unkillable() async throws {
    let exec = HealthCheck.Probe.exec(
      HealthCheck.Exec(command: [
        "/usr/bin/python3", "-c", UnkillableProgram.text, directory.file("starts"), directory.file("tracer"),
      ]))
    let probing = try await Probing()
    let first = Task { try await probing.report(server, exec, timeout: .seconds(3)).result }
    for _ in 0..<300 where directory.text(of: "tracer").isEmpty {
      try await Task.sleep(for: .milliseconds(10))
    }
    let tracer = try #require(pid_t(directory.text(of: "tracer")))
    defer { kill(tracer, SIGKILL) }
    #expect(try await first.value == .failed(.timedOut(.program)))

    for _ in 0..<3 {
      let next = try await probing.report(server, exec, timeout: .milliseconds(300)).result
      #expect(next == .failed(.timedOut(.program)))
    }
    #expect(directory.text(of: "starts") == "start ")

    kill(tracer, SIGKILL)
    #expect(try await probing.report(server, exec).result == .healthy)
    #expect(directory.text(of: "starts") == "start start ")
  }

  @Test("says that a program cannot be started")
  func missing() async throws {
    let path = directory.file("none")
    let result = try await probe(server, .exec(HealthCheck.Exec(command: [path])))
    #expect(result == .failed(.misconfigured("\(path): No such file or directory")))
  }

  /// Whether a process is there that is no zombie: an orphan may be left to an init that reaps nobody.
  private func isRunning(_ process: pid_t) -> Bool {
    guard kill(process, 0) == 0, let file = fopen("/proc/\(process)/stat", "r") else { return false }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = fread(&buffer, 1, buffer.count, file)
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    return !text.contains(") Z ")
  }
}
