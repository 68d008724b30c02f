import Glibc
import Host
import TestSupport
import Testing

/// What an operator asks of a running daemon, on a kernel without IPVS, over the control socket and by signal.
@Suite("Virtual routers and their operator", .serialized, .enabled(if: Shell.isInNamespace))
struct OperationTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  /// Runs a command of Pintle's against the daemon of a host; its output, with its errors, and `failed` if it did.
  @discardableResult
  private func ask(_ host: Int, _ command: String) throws -> String {
    try lan.run(
      host,
      "\(Program.pintle) \(command) --runtime-directory \(Files.directory)/host\(host) 2>&1 || echo failed")
  }

  /// How a daemon is, as JSON without blanks.
  private func state(of host: Int) throws -> String {
    try ask(host, "status --json").filter { !$0.isWhitespace }
  }

  private func router(
    _ name: String = "vip", id: Int = 51, priority: Int = 150, interval: String = "100ms",
    addresses: String = "10.1.0.100/32", more: String = ""
  ) -> String {
    "  - {name: \(name), interface: eth0, id: \(id), priority: \(priority), advertisementInterval: \(interval), "
      + "addresses: [\(addresses)]\(more)}\n"
  }

  private func write(_ routers: String..., on host: Int = 1) throws {
    _ = try Files.write("virtualRouters:\n" + routers.joined(), to: "pintle-\(host).yaml")
  }

  private func start(_ routers: String..., on host: Int = 1) throws -> Program {
    try lan.pintle(on: host, configuration: "virtualRouters:\n" + routers.joined())
  }

  @Test("A reload changes what differs and nothing else: roles stay, and so do other routers' addresses")
  func reload() async throws {
    let daemon = try start(router(), router("other", id: 52, addresses: "10.1.0.200/32"))
    try await lan.expectHolder(1)
    try await lan.expectHolder(1, "10.1.0.200/32")
    let reload = BootClock.now
    let announced = lan.wire.announcements(of: 200).count

    // Another priority, another interval, another address beside the first, and a router more.
    try write(
      router(priority: 120, interval: "200ms", addresses: "10.1.0.100/32, 10.1.0.101/32"),
      router("other", id: 52, addresses: "10.1.0.200/32"), router("third", id: 53, addresses: "10.1.0.30/32"))
    #expect(try ask(1, "reload").contains("configuration 2 runs"))
    // It has waited: what is added is there.
    #expect(try lan.holds(1) && lan.holds(1, "10.1.0.101/32") && lan.holds(1, "10.1.0.200/32"))
    try await lan.expectHolder(1, "10.1.0.30/32")
    try await eventually("it advertises the new priority") {
      lan.wire.adverts(since: reload).contains { $0.priority == 120 }
    }
    #expect(!lan.wire.adverts(since: reload).contains { $0.priority == 0 })
    #expect(!lan.wire.adverts(of: 52, since: reload).contains { $0.priority == 0 })
    #expect(
      lan.wire.announcements(of: 200).count - announced <= 5, "but for the repetition that was due anyway")

    // One address less, and a router less, by signal.
    try write(
      router(priority: 120, interval: "200ms", addresses: "10.1.0.101/32"),
      router("third", id: 53, addresses: "10.1.0.30/32"))
    daemon.signal(SIGHUP)
    try await eventually("it is taken in") { daemon.output.contains("configuration 3 runs") }
    try await eventually("what is gone is gone") { try !lan.holds(1) && !lan.holds(1, "10.1.0.200/32") }
    #expect(try lan.holds(1, "10.1.0.101/32") && lan.holds(1, "10.1.0.30/32"))
    #expect(
      lan.wire.adverts(of: 52, since: reload).last?.priority == 0, "its peer need not wait for its silence")
    #expect(!lan.wire.adverts(since: reload).contains { $0.priority == 0 })
    #expect(!daemon.output.contains("left from before"))
    #expect(try state(of: 1).contains("\"generation\":3"))
  }

  @Test(
    "A reload that changes the length of a prefix alone has the address stay, and blames nobody",
    arguments: [("10.1.0.100", 32, 24), ("10.1.0.100", 24, 32), ("fd00:1::100", 128, 64)])
  func prefixLength(_ address: String, old: Int, new: Int) async throws {
    let daemon = try start(router(addresses: "\"\(address)/\(old)\""))
    try await lan.expectHolder(1, "\(address)/\(old)")
    let monitor = try AddressMonitor(of: 1)
    let reload = BootClock.now
    try write(router(addresses: "\"\(address)/\(new)\""))
    #expect(try ask(1, "reload").contains("configuration 2 runs"))
    #expect(try lan.holds(1, "\(address)/\(new)") && !lan.holds(1, "\(address)/\(old)"))
    try await eventually("both changes are told") {
      monitor.time(of: "\(address)/\(new)") != nil && monitor.time(of: "Deleted") != nil
    }
    let added = try #require(monitor.time(of: "\(address)/\(new)"))
    let gone = try #require(monitor.time(of: "Deleted"))
    if address.contains(":") {
      // An IPv6 address is on an interface once, whatever its prefix.
      #expect(added - gone < 0.03, "nobody has the address for \(added - gone) s")
    } else {
      #expect(added <= gone, "nobody has the address for \(added - gone) s")
    }
    try await eventually("it advertises on") { lan.wire.adverts(since: reload).count >= 3 }
    #expect(!lan.wire.adverts(since: reload).contains { $0.priority != 150 })
    #expect(!daemon.output.contains("put back"), "\(daemon.output)")
  }

  @Test("A daemon that started with nothing gains a router, and loses it again, without a restart")
  func gainedAndLost() async throws {
    let daemon = try lan.pintle(on: 1, configuration: "services: []")
    try await eventually("it answers") { try !ask(1, "status").contains("failed") }
    try write(router())
    #expect(try ask(1, "reload").contains("configuration 2 runs"))
    try await lan.expectHolder(1)

    _ = try Files.write("services: []", to: "pintle-1.yaml")
    #expect(try ask(1, "reload").contains("configuration 3 runs"))
    #expect(try !lan.holds(1))
    try await eventually("its last word is a release") { lan.wire.adverts().last?.priority == 0 }
    #expect(try !ask(1, "status").contains("vip"))

    try write(router())
    daemon.signal(SIGHUP)
    try await lan.expectHolder(1)
  }

  @Test("Services that come with a reload need IPVS: without it, nothing changes")
  func servicesWithoutIPVS() async throws {
    _ = try start(router())
    try await lan.expectHolder(1)
    let reload = BootClock.now
    try write(router(), "services: [{name: a, address: 10.1.0.100:6443, servers: [10.1.0.9]}]\n")
    let answer = try ask(1, "reload")
    #expect(answer.contains("IPVS") && answer.contains("failed"), "\(answer)")
    try await eventually("it advertises on") { lan.wire.adverts(since: reload).count >= 3 }
    #expect(!lan.wire.adverts(since: reload).contains { $0.priority != 150 })
  }

  @Test(
    "A reload that is wrong changes nothing, says why, and stands in the status",
    arguments: [
      ("id: 51", "id: 256", "pintle-1.yaml:"),
      ("priority: 150", "prority: 150", "priority"),
      (
        "addresses:", "authentication: {hmac: {keys: [{id: 1, file: /nowhere/key}]}}, addresses:",
        "cannot read key 1 in /nowhere/key"
      ),
    ])
  func badReload(_ old: String, _ new: String, _ reason: String) async throws {
    let daemon = try start(router())
    try await lan.expectHolder(1)
    let reload = BootClock.now
    try write(router().replacing(old, with: new))
    let answer = try ask(1, "reload")
    #expect(answer.contains(reason) && answer.contains("failed"), "\(answer)")
    #expect(daemon.output.contains("configuration 1 runs on"))
    #expect(try state(of: 1).contains("\"generation\":1"))
    #expect(try state(of: 1).contains("\"lastReload\":{"))
    #expect(try lan.holds(1))
    #expect(!lan.wire.adverts(since: reload).contains { $0.priority != 150 })
  }

  @Test("Keys that change in their files are taken in by a reload")
  func keys() async throws {
    func key(_ text: String) throws -> String {
      try Files.write(String(repeating: text, count: 4), to: "rotating-key")
    }
    let file = try key("01234567")
    let signed = ", authentication: {hmac: {keys: [{id: 1, file: \(file)}]}}"
    let first = try start(router(more: signed))
    try await lan.expectHolder(1)
    let second = try start(router(priority: 100, more: signed), on: 2)
    try await eventually("it follows") { try state(of: 2).contains("10.1.0.1") }
    _ = try key("89abcdef")
    try ask(1, "reload")
    try await eventually("the second does not believe it, and says that both may be Active") {
      second.output.contains("both may be Active")
    }
    try ask(2, "reload")
    try await eventually("the second lets go") { try !lan.holds(2) && lan.holds(1) }
    _ = first
  }

  @Test("A handover ends when the peer has the addresses, without a gap, and a resume takes them back")
  func handover() async throws {
    _ = try start(router())
    try await lan.expectHolder(1)
    _ = try start(router(priority: 100), on: 2)
    try await eventually("the second follows") { try state(of: 2).contains("\"peer\":{") }

    let handover = BootClock.now
    let monitors = try (1...2).map { try AddressMonitor(of: $0) }
    #expect(try ask(1, "handover").lowercased().contains("backup"))
    #expect(try lan.holds(2) && !lan.holds(1), "the command returns when it is done")
    try await eventually("both changes are told") {
      monitors[0].time(of: "Deleted") != nil && monitors[1].time(of: "10.1.0.100") != nil
    }
    let gone = try #require(monitors[0].time(of: "Deleted"))
    let added = try #require(monitors[1].time(of: "10.1.0.100"))
    // It is usually no millisecond. Without waiting for the successor it is its Skew_Time, 61 ms.
    #expect(added - gone < 0.03, "nobody has the address for \(added - gone) s")
    let release = try #require(lan.wire.adverts(since: handover).first { $0.priority == 0 })
    let takeover = try #require(lan.wire.adverts(since: handover).first { $0.host == 2 })
    #expect(takeover.time - release.time < 300_000_000)
    #expect(try state(of: 1).contains("handedover"))
    // It stays so, although its priority is the higher one.
    try await Task.sleep(for: .milliseconds(600))
    #expect(try lan.holds(2) && !lan.holds(1))

    try ask(1, "resume")
    try await lan.expectHolder(1)
    try await eventually("the second lets go") { try !lan.holds(2) }
    #expect(lan.wire.longestOverlap(interval: .milliseconds(100), since: handover) <= .milliseconds(100))
    #expect(try ask(1, "handover nobody").contains("no virtual router is called 'nobody'"))
  }

  @Test("A handover to nobody fails, and the addresses stay")
  func handoverToNobody() async throws {
    let daemon = try start(router())
    try await lan.expectHolder(1)
    let answer = try ask(1, "handover vip")
    #expect(
      answer.contains("no peer has taken the addresses of vip") && answer.hasSuffix("failed\n"), "\(answer)")
    #expect(try lan.holds(1))
    #expect(try !ask(1, "resume vip").contains("failed"))

    _ = try ask(1, "handover")
    daemon.terminate()
    #expect(Files.read("\(Files.directory)/host1/handover") == "vip\n")
    _ = try ask(1, "cleanup")
    #expect(Files.read("\(Files.directory)/host1/handover").isEmpty)
  }

  @Test(
    "Who is handed over stays so across a restart and a reload, until it is to take part again",
    arguments: [SIGTERM, SIGKILL])
  func handoverAndRestart(signal: Int32) async throws {
    let first = try start(router())
    try await lan.expectHolder(1)
    let peer = try start(router(priority: 100), on: 2)
    try await eventually("the second follows") { try state(of: 2).contains("\"peer\":{") }
    _ = try ask(1, "handover")
    #expect(try lan.holds(2))

    if signal == SIGTERM { first.terminate() } else { first.end() }
    let next = try start(router())
    try await eventually("it is there again") { try state(of: 1).contains("handedover") }
    try await eventually("it hears the second") { try state(of: 1).contains("\"peer\":{") }
    // Another router by what makes it one, of the same name.
    try write(router(more: ", group: other"), on: 1)
    #expect(try ask(1, "reload").contains("configuration 2 runs"))
    let since = BootClock.now
    try await eventually("the second says so twenty times") { lan.wire.adverts(since: since).count > 20 }
    #expect(try lan.holds(2) && !lan.holds(1))

    _ = try ask(1, "resume")
    try await lan.expectHolder(1)
    try await eventually("it is forgotten") {
      Files.read("\(Files.directory)/host1/handover").isEmpty
    }
    _ = (next, peer)
  }

  @Test("A handover is forgotten with its router, and a stop that a reload comes with is none")
  func handoverForgotten() async throws {
    try Shell.run("mkdir -p \(Files.directory)/host1")
    _ = try Files.write("gone\n", to: "host1/handover")
    let daemon = try start(router(interval: "1s"))
    try await lan.expectHolder(1)
    try await eventually("it is forgotten") { Files.read("\(Files.directory)/host1/handover").isEmpty }
    let peer = try start(router(priority: 100, interval: "1s"), on: 2)
    try await eventually("the second follows") { try state(of: 2).contains("\"peer\":{") }
    // The reload is done while the addresses are given away, which takes Skew_Time.
    daemon.signal(SIGHUP)
    daemon.terminate()
    #expect(Files.read("\(Files.directory)/host1/handover").isEmpty)
    _ = peer
  }

  @Test("Active routers of one interval share wake-ups")
  func sharedWakeUps() async throws {
    let ids = 1...100
    let routers = ids.map { router("r\($0)", id: $0, addresses: "10.1.\($0).1/32") }
    let daemon = try lan.pintle(on: 1, configuration: "virtualRouters:\n" + routers.joined())
    for id in ids { try await lan.expectHolder(1, "10.1.\(id).1/32") }
    let tasks = "/proc/\(daemon.id)/task"
    func wakeUps() throws -> Int {
      let thread = try Shell.run("dirname $(grep -l ^virtual-routers \(tasks)/*/comm)").dropLast()
      return try #require(Int(try Shell.run("awk '/^voluntary/ {printf $2}' \(thread)/status")))
    }

    let begin = BootClock.now
    let before = try wakeUps()
    try await eventually("each has advertised twenty times") {
      ids.allSatisfy { lan.wire.adverts(of: $0, since: begin).count >= 20 }
    }
    let after = try wakeUps()
    let sent = ids.map { lan.wire.adverts(of: $0, since: begin).count }.reduce(0, +)
    #expect((after - before) * 2 < sent, "\(after - before) wake-ups for \(sent) advertisements")
  }

  @Test("The status says role, since when, why, peer, timers, and how often what was not believed")
  func status() async throws {
    _ = try start(router(priority: 150))
    try await lan.expectHolder(1)
    _ = try start(router(priority: 100), on: 2)
    try await eventually("the second follows") { try state(of: 2).contains("\"peer\":{") }
    _ = try Flood(on: "lan").send(for: .milliseconds(20))
    let status = try state(of: 2)
    for part in [
      "\"role\":\"backup\"", "\"since\":", "\"why\":\"started\"", "\"address\":\"10.1.0.1\"",
      "\"advertisementInterval\":100", "\"activeDownInterval\":36", "\"skewTime\":6",
      "\"advertisementsReceived\":",
    ] { #expect(status.contains(part), "\(part) in \(status)") }
    #expect(!status.contains("\"checksum\":0,"), "those of the flood")
    let shown = try ask(1, "status")
    #expect(shown.contains("vip") && shown.lowercased().contains("active"))
  }
}
