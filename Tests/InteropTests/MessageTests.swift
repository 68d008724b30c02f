import Glibc
import TestSupport
import Testing

/// What an operator reads, at the default level, who has virtual routers alone.
@Suite("What the operator reads", .serialized, .enabled(if: Shell.isInNamespace))
struct MessageTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  private func ask(_ host: Int, _ command: String) throws -> String {
    try lan.run(host, "\(Program.pintle) \(command) --runtime-directory \(Files.directory)/host\(host)")
  }

  /// Not the warnings of a machine that lets its tests not run before others.
  private func notices(_ program: Program) -> String {
    program.output.split(separator: "\n").filter { $0.hasPrefix("notice: ") }.map { "\($0)\n" }.joined()
  }

  @Test("The life of a pair is told in sentences that are true, each thing once")
  func life() async throws {
    let second = try lan.pintle(on: 2, priority: 100)
    try await lan.expectHolder(2)
    let first = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    _ = try ask(1, "handover")
    try await lan.expectHolder(2)
    #expect(try ask(1, "status").contains("2/150"))
    _ = try ask(1, "resume")
    try await lan.expectHolder(1)
    #expect(try ask(1, "reload").contains("configuration 2 runs"))
    try await eventually("the second lets go") { try !lan.holds(2) }
    first.terminate()
    try await lan.expectHolder(2)
    #expect(
      notices(first) == """
        notice: serving 1 virtual router
        notice: vip: Backup: started
        notice: vip: Active, holds 10.1.0.100/32: it preempts 10.1.0.2, which has priority 100
        notice: vip: handed over: takes the addresses only if nobody else does, until 'pintle resume'
        notice: vip: Backup, released 10.1.0.100/32: handed over
        notice: vip: resumed: takes part with priority 150 again
        notice: vip: Active, holds 10.1.0.100/32: it preempts 10.1.0.2, which has priority 100
        notice: configuration 2 runs: 1 virtual router
        notice: stopping on SIGTERM
        notice: vip: Backup, released 10.1.0.100/32: handed over
        notice: vip: takes no part: stopped
        notice: stopped

        """)
    #expect(
      notices(second) == """
        notice: serving 1 virtual router
        notice: vip: Backup: started
        notice: vip: Active, holds 10.1.0.100/32: nobody else is there
        notice: vip: Backup, released 10.1.0.100/32: 10.1.0.1 has priority 150
        notice: vip: Active, holds 10.1.0.100/32: 10.1.0.1 released them
        notice: vip: Backup, released 10.1.0.100/32: 10.1.0.1 has priority 150
        notice: vip: Active, holds 10.1.0.100/32: 10.1.0.1 released them

        """)
  }

  @Test("A handover of a Backup is told as well, and a second one is no news")
  func handoverOfBackup() async throws {
    let router = try lan.pintle(on: 1, priority: 150, "startupHold: 1h")
    try await eventually("it is Backup") { router.output.contains("Backup: started") }
    for _ in 0..<2 { _ = try ask(1, "handover") }
    #expect(try ask(1, "status").contains("limited"))
    for _ in 0..<2 { _ = try ask(1, "resume") }
    #expect(try !ask(1, "status").contains("limited"))
    try await eventually("it is told") { router.output.contains("resumed:") }
    #expect(router.output.split(separator: "handed over:").count == 2)
    #expect(router.output.split(separator: "resumed:").count == 2)
  }

  @Test("What lowers a priority is named with the priority that is left, and so is its end")
  func priority() async throws {
    let flag = "\(Files.directory)/busy"
    try Shell.run("touch \(flag)")
    defer { unlink(flag) }
    let router = try lan.pintle(
      on: 1, priority: 150,
      """
      track: {scripts: [{name: uplink, command: [/usr/bin/test, "!", "-e", \(flag)], interval: 200ms, timeout: 150ms, rise: 1, fall: 1, weight: -30}]}
      """)
    try await eventually("it is lowered") {
      router.output.contains("warning: vip: priority 120 instead of 150: script uplink fails\n")
    }
    unlink(flag)
    try await eventually("it is its own") {
      router.output.contains("notice: vip: priority 150 again; no longer: script uplink fails\n")
    }
  }

  @Test("Of a peer that speaks to it alone, while it speaks to the group, it says so")
  func mistakes() async throws {
    _ = try lan.pintle(on: 1, priority: 150, "peers: [10.1.0.2]")
    let second = try lan.pintle(on: 2, priority: 100)
    try await eventually("it is told") {
      second.output.contains(
        "it was sent to 10.1.0.2 alone, and this router has no peers; both may be Active")
    }
  }

  @Test("Without the capabilities it does not start, and says which they are")
  func noCapabilities() async throws {
    let file = try Files.write(
      "virtualRouters: [{name: vip, interface: eth0, id: 51, addresses: [10.1.0.100/32]}]", to: "bare.yaml")
    let daemon = try lan.start(
      [
        "setpriv", "--bounding-set", "-all", Program.pintle, "run", "--config", file, "--runtime-directory",
        "\(Files.directory)/bare",
      ], on: 1)
    try await eventually("it says so") {
      daemon.output.contains(
        "cannot start the virtual routers: socket: Operation not permitted (it takes CAP_NET_ADMIN")
    }
    #expect(!daemon.output.contains("serving"))
  }

  @Test("A peer with another interval is told in its unit, and what to do")
  func interval() async throws {
    _ = try lan.pintle(on: 1, priority: 150, "advertisementInterval: 200ms")
    let second = try lan.pintle(on: 2, priority: 100)
    try await eventually("it is told") {
      second.output.contains(
        "vip: 10.1.0.1 advertises every 200 ms, this router every 100 ms: make the configurations equal\n")
    }
  }
}
