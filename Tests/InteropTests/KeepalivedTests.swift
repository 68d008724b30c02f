import Glibc
import Host
import TestSupport
import Testing

/// Real keepalived on the other host, in every dialect that it and Pintle share.
@Suite(
  "Beside keepalived", .serialized,
  .enabled(if: Shell.isInNamespace && (try? Shell.run("command -v keepalived")) != nil))
struct KeepalivedTests {
  /// A way in which the two speak.
  struct Dialect: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Pintle's keys.
    var pintle: String
    /// keepalived's lines.
    var keepalived: [String]
    var interval = Duration.milliseconds(100)
    var address = "10.1.0.100/32"
    var pintleAddresses = "10.1.0.100/32"
  }

  /// Version 2 costs whole seconds, so that one of its dialects goes one way only where time is short.
  static let isLong = getenv("PINTLE_LONG") != nil
  static let quick = Array(dialects.prefix(3))

  static let dialects = [
    Dialect(testDescription: "version 3", pintle: "", keepalived: ["version 3"]),
    Dialect(
      testDescription: "version 3, unicast", pintle: "peers: [10.1.0.2]",
      keepalived: ["version 3", "unicast_src_ip 10.1.0.2", "unicast_peer { 10.1.0.1 }"]),
    Dialect(
      testDescription: "version 3 over IPv6", pintle: "",
      keepalived: ["version 3", "virtual_ipaddress_excluded { fd00:1::100/128 }"], address: "fe80::100/128",
      pintleAddresses: "\"fe80::100/128\""),
    Dialect(
      testDescription: "version 2", pintle: "version: 2\nadvertisementInterval: 1s",
      keepalived: ["version 2"],
      interval: .seconds(1)),
    Dialect(
      testDescription: "version 2 with a password",
      pintle: "version: 2\nadvertisementInterval: 1s\nauthentication: {password: secretpw}",
      keepalived: ["version 2", "authentication { auth_type PASS", "auth_pass secretpw }"],
      interval: .seconds(1)),
  ]

  private let lan: LAN

  init() throws { lan = try LAN() }

  private func keepalived(_ dialect: Dialect, priority: Int) throws -> Program {
    let seconds = dialect.interval == .seconds(1) ? "1" : "0.1"
    return try lan.keepalived(
      on: 2, priority: priority, interval: seconds, address: dialect.address, dialect.keepalived)
  }

  @Test(
    "It is Active, and Pintle waits; it stops, and Pintle takes over; it returns, and takes the address back",
    arguments: isLong ? dialects : quick + [dialects[4]])
  func pintleAsBackup(_ dialect: Dialect) async throws {
    let address = dialect.address
    let first = try keepalived(dialect, priority: 150)
    try await lan.expectHolder(2, address)
    let pintle = try lan.pintle(on: 1, priority: 100, dialect.pintle, addresses: dialect.pintleAddresses)
    try await eventually("Pintle has started") { pintle.output.contains("Backup") }
    // Longer than Active_Down_Interval: it hears, or it would claim the address.
    try await Task.sleep(for: dialect.interval * 5)
    #expect(try !lan.holds(1, address))

    let stop = BootClock.now
    first.signal(SIGTERM)
    try await lan.expectHolder(1, address)
    // Skew_Time after the release, not Active_Down_Interval after the silence.
    #expect(pintle.output.contains("released them"), "it honours priority 0")
    try await expectQuickTakeover(by: 1, since: stop, dialect)
    first.terminate()

    _ = try keepalived(dialect, priority: 150)
    try await lan.expectHolder(2, address)
    try await eventually("Pintle lets go") { try !lan.holds(1, address) }
    #expect(lan.wire.longestOverlap(interval: dialect.interval) <= dialect.interval)
    #expect(!pintle.output.contains("not believed"))
  }

  @Test(
    "Pintle is Active, and it waits; Pintle stops, and it takes over; Pintle returns, and takes the address back",
    arguments: isLong ? dialects : quick)
  func pintleAsActive(_ dialect: Dialect) async throws {
    let address = dialect.address
    let first = try lan.pintle(on: 1, priority: 150, dialect.pintle, addresses: dialect.pintleAddresses)
    try await lan.expectHolder(1, address)
    let keepalived = try keepalived(dialect, priority: 100)
    try await eventually("it waits") { keepalived.output.contains("Entering BACKUP STATE") }
    try await Task.sleep(for: dialect.interval * 5)
    #expect(!keepalived.output.contains("Entering MASTER STATE"))

    let stop = BootClock.now
    first.terminate()
    try await lan.expectHolder(2, address)
    try await expectQuickTakeover(by: 2, since: stop, dialect)

    let second = try lan.pintle(on: 1, priority: 150, dialect.pintle, addresses: dialect.pintleAddresses)
    try await lan.expectHolder(1, address)
    try await eventually("it lets go") { try !lan.holds(2, address) }
    #expect(lan.wire.longestOverlap(interval: dialect.interval) <= dialect.interval)
    #expect(!second.output.contains("not believed"))
  }

  /// Between the release and the other's first word is Skew_Time: at priority 100 it is 0.61 intervals, or seconds.
  private func expectQuickTakeover(by host: Int, since: Int64, _ dialect: Dialect) async throws {
    func takeover() -> Int64? {
      lan.wire.adverts(since: since).first { $0.host == host && $0.priority > 0 }?.time
    }
    // The address may be seen before the word that came with it.
    try await eventually("it is heard") { takeover() != nil }
    let release = try #require(lan.wire.adverts(since: since).first { $0.priority == 0 })
    // The Active_Down_Interval is 3.6 of them.
    #expect(try #require(takeover()) - release.time < 3 * dialect.interval.nanoseconds)
  }

  @Test("Version 3 learns its interval, whatever the own one is")
  func intervalLearned() async throws {
    let keepalived = try lan.keepalived(
      on: 2, priority: 150, interval: "0.3", address: "10.1.0.100/32", ["version 3"])
    try await lan.expectHolder(2)
    let pintle = try lan.pintle(on: 1, priority: 100)
    try await eventually("it has heard the other") { pintle.output.contains("every 300 ms") }
    let silence = BootClock.now
    keepalived.end()
    try await lan.expectHolder(1)
    let takeover = try #require(lan.wire.adverts(since: silence).first { $0.host == 1 })
    let last = try #require(lan.wire.adverts().last { $0.host == 2 })
    // 3 × 300 ms + 156 / 256 × 300 ms; of its own 100 ms it would be 361 ms.
    #expect(takeover.time - last.time >= 1_080_000_000)
    #expect(takeover.time - last.time < 1_600_000_000)
  }

  @Test(
    "A checksum of the message alone is believed, and both forms of this router are believed by whom they suit"
  )
  func messageOnlyChecksum() async throws {
    // keepalived 2.2.7 knows the form with the pseudo-header only, so that another Pintle stands for those who do not.
    let other = try lan.pintle(on: 2, priority: 150, "checksum: message-only")
    try await lan.expectHolder(2)
    let pintle = try lan.pintle(on: 1, priority: 100)
    try await eventually("Pintle has started") { pintle.output.contains("Backup") }
    try await Task.sleep(for: .milliseconds(600))
    #expect(try !lan.holds(1))
    #expect(!pintle.output.contains("not believed"))
    _ = other
  }

  @Test("Mistakes that make two Actives are told at once, on this side at least")
  func mistakes() async throws {
    _ = try lan.keepalived(on: 2, priority: 150, interval: "1", address: "10.1.0.100/32", ["version 2"])
    try await lan.expectHolder(2)
    // Rarely: each message of another version keeps keepalived 2.2.7 from sending its own.
    let pintle = try lan.pintle(on: 1, priority: 100, "advertisementInterval: 5s")
    try await eventually(within: .seconds(4), "it says what is wrong") {
      pintle.output.contains(
        "error: vip: an advertisement of 10.1.0.2 is not believed: it is of VRRP version 2")
    }
  }
}
