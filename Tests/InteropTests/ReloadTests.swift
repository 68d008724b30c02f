import Glibc
import Host
import TestSupport
import Testing

/// Daemons without services, on a kernel that may have no IPVS: what their operator tells them while they run.
@Suite("Virtual routers, reloaded and asked", .serialized, .enabled(if: Shell.isInNamespace))
struct ReloadTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  private func configuration(_ routers: String) -> String { "virtualRouters:\n\(routers)" }

  private func router(
    _ name: String = "vip", id: Int = 51, priority: Int, _ addresses: String = "10.1.0.100/32",
    _ more: String = ""
  ) -> String {
    let keys = more.isEmpty ? "" : ", \(more)"
    return
      "  - {name: \(name), interface: eth0, id: \(id), priority: \(priority), addresses: [\(addresses)]\(keys)}\n"
  }

  private func pintle(_ host: Int, _ command: String) throws -> String {
    try lan.run(host, "\(Program.pintle) \(command) --runtime-directory \(Files.directory)/host\(host) 2>&1")
  }

  private func reload(_ host: Int, with configuration: String) throws -> String {
    _ = try Files.write(configuration, to: "pintle-\(host).yaml")
    return try pintle(host, "reload")
  }

  /// Waits until a daemon answers, and returns how its routers are.
  private func started(_ host: Int) async throws {
    try await eventually("the daemon answers") { (try? pintle(host, "status")) != nil }
  }

  @Test("A daemon that started with nothing gains a router, and loses it again, without a restart")
  func gainedAndLost() async throws {
    let daemon = try lan.pintle(on: 1, configuration: "services: []")
    try await started(1)
    #expect(try reload(1, with: configuration(router(priority: 150))).contains("configuration 2 runs"))
    try await lan.expectHolder(1)

    #expect(try reload(1, with: "services: []").contains("configuration 3 runs"))
    try await eventually("the address is gone") { try !lan.holds(1) }
    #expect(lan.wire.adverts().last?.priority == 0, "its last word is a release")
    #expect(try !pintle(1, "status").contains("vip"))
    // By signal as well.
    _ = try Files.write(configuration(router(priority: 150)), to: "pintle-1.yaml")
    daemon.signal(SIGHUP)
    try await lan.expectHolder(1)
  }

  @Test("Other priority, addresses and routers leave the Active one Active, and what stays is not touched")
  func keptRole() async throws {
    let first = try lan.pintle(
      on: 1,
      configuration: configuration(
        router(priority: 150) + router("other", id: 52, priority: 150, "10.1.0.110/32")))
    try await lan.expectHolder(1)
    try await lan.expectHolder(1, "10.1.0.110/32")
    let second = try lan.pintle(on: 2, priority: 100)
    try await eventually("the second waits") { second.output.contains("Backup") }
    let before = BootClock.now

    let answer = try reload(
      1,
      with: configuration(
        router(priority: 140, "10.1.0.100/32, 10.1.0.101/32")
          + router("new", id: 53, priority: 150, "10.1.0.120/32")))
    #expect(answer.contains("configuration 2 runs"))
    try await lan.expectHolder(1, "10.1.0.101/32")
    try await lan.expectHolder(1, "10.1.0.120/32")
    try await eventually("the router that is gone has let go") { try !lan.holds(1, "10.1.0.110/32") }
    try await eventually("the new priority is told") {
      lan.wire.adverts(since: before).contains { $0.host == 1 && $0.priority == 140 }
    }
    #expect(try lan.holds(1) && !lan.holds(2))
    #expect(lan.wire.adverts(since: before).allSatisfy { $0.host == 1 && $0.priority > 0 })
    #expect(lan.wire.adverts(of: 52, since: before).last?.priority == 0)
    #expect(!first.output.contains("released 10.1.0.100"))
    #expect(try pintle(1, "status").contains("10.1.0.101/32"))
  }

  @Test(
    "A reload with anything wrong in it changes nothing, fails, and says why",
    arguments: [
      ("virtualRouters: [", "expected"),
      (
        "virtualRouters:\n  - {name: vip, interface: eth0, id: 51, prioritty: 7, addresses: [10.1.0.100/32]}",
        "priority"
      ),
      ("", "empty"),
      (
        "virtualRouters:\n  - {name: vip, interface: eth0, id: 51, addresses: [10.1.0.100/32], "
          + "authentication: {hmac: {keys: [{id: 1, file: /nowhere/key}]}}}", "/nowhere/key"
      ),
      ("services:\n  - {name: a, address: 10.1.0.100:6443, servers: [10.1.0.9]}", "IPVS"),
    ])
  func refused(_ file: String, _ reason: String) async throws {
    let daemon = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    let before = BootClock.now
    _ = try Files.write(file, to: "pintle-1.yaml")
    let answer = try lan.run(
      1,
      "! \(Program.pintle) reload --runtime-directory \(Files.directory)/host1 2>&1 || echo it was taken in")
    #expect(answer.contains(reason) && !answer.contains("it was taken in"))
    try await eventually("it advertises on") { lan.wire.adverts(since: before).count >= 3 }
    #expect(lan.wire.adverts(since: before).allSatisfy { $0.priority == 150 })
    #expect(try lan.holds(1))
    #expect(daemon.output.contains("reload failed, configuration 1 runs on"))
    #expect(try pintle(1, "status").contains("FAILED"))
  }

  @Test("A key that is another one in the same file is used from the next reload on")
  func anotherKey() async throws {
    let keys = [1, 2].map { "\(Files.directory)/reload-key-\($0)" }
    func signed(_ host: Int) -> String {
      configuration(
        router(
          priority: host == 1 ? 150 : 100, "10.1.0.100/32",
          "authentication: {hmac: {keys: [{id: 1, file: \(keys[host - 1])}]}}"))
    }
    for host in 1...2 { _ = try Files.write("0123456789abcdef0123456789abcdef", to: "reload-key-\(host)") }
    _ = try lan.pintle(on: 1, configuration: signed(1))
    try await lan.expectHolder(1)
    let second = try lan.pintle(on: 2, configuration: signed(2))
    try await eventually("the second believes the first") { second.output.contains("Backup") }

    _ = try Files.write("fedcba9876543210fedcba9876543210", to: "reload-key-1")
    _ = try pintle(1, "reload")
    try await lan.expectHolder(2)
    #expect(second.output.contains("not believed"))
    _ = try Files.write("fedcba9876543210fedcba9876543210", to: "reload-key-2")
    _ = try pintle(2, "reload")
    try await eventually("the second believes the first again") { try !lan.holds(2) }
    #expect(try lan.holds(1))
  }

  @Test("A handover gives the address to the peer until the operator resumes; the status says so")
  func handover() async throws {
    _ = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    let second = try lan.pintle(on: 2, priority: 100)
    try await eventually("the second waits") { second.output.contains("Backup") }

    let before = BootClock.now
    #expect(try pintle(1, "handover").contains("handed over"))
    try await lan.expectHolder(2)
    #expect(lan.wire.longestOverlap(interval: .milliseconds(100), since: before) <= .milliseconds(100))
    #expect(try pintle(1, "status").contains("handed over"))
    // Longer than the peer would wait for an Active of higher priority.
    try await eventually("the peer keeps it") {
      lan.wire.adverts(since: before).count { $0.host == 2 && $0.priority == 100 } >= 8
    }
    #expect(try !lan.holds(1))

    _ = try pintle(1, "resume")
    try await lan.expectHolder(1)
    #expect(try !pintle(1, "status").contains("handed over"))
    #expect(throws: Shell.Failure.self) { try pintle(1, "handover nobody") }
  }

  @Test("The status tells role, reason, peer, timers, and what was not believed, by its reason")
  func status() async throws {
    _ = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    let second = try lan.pintle(on: 2, priority: 100)
    try await eventually("the second waits") { second.output.contains("Backup") }
    _ = try Flood(on: "lan").send(for: .milliseconds(20))

    try await eventually("the second has refused some") {
      try pintle(2, "status --json").contains(#""checksum" : 0"#) == false
    }
    let status = try pintle(2, "status --json").split(separator: "\n").map {
      $0.drop { $0 == " " }
    }
    for line in [
      #""role" : "backup""#, #""why" : "started""#, #""address" : "10.1.0.1""#, #""effective" : 100"#,
      #""advertisementInterval" : 100"#, #""activeDownInterval" : 360.9"#, #""skewTime" : 60.9"#,
    ] {
      #expect(status.contains { $0.hasPrefix(line) }, "\(line)")
    }
    #expect(status.contains { $0.hasPrefix(#""foreign-virtual-router" :"#) && !$0.contains(": 0") })
    let text = try pintle(2, "status")
    for word in ["vip (51)", "backup", "100", "eth0", "10.1.0.100/32", "10.1.0.1 (150)"] {
      #expect(text.contains(word), "\(word)")
    }
  }
}
