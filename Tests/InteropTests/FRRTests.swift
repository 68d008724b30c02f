import Glibc
import Host
import TestSupport
import Testing

/// FRR's vrrpd on the other host; it wants its macvlan made before.
@Suite(
  "Beside FRR", .serialized,
  .enabled(if: Shell.isInNamespace && access("/usr/lib/frr/vrrpd", X_OK) == 0))
struct FRRTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  /// Starts zebra and vrrpd on host 2: router 51, 100 ms, one family.
  private func startFRR(priority: Int, milliseconds: Int = 100, isIPv6: Bool) async throws -> [Program] {
    let (address, mac) =
      isIPv6 ? ("fe80::100", "00:00:5e:00:02:33") : ("10.1.0.100", "00:00:5e:00:01:33")
    try lan.run(
      2,
      """
      ip link add vrrp51 link eth0 type macvlan mode bridge
      ip link set vrrp51 addrgenmode none
      ip link set vrrp51 address \(mac)
      ip addr add \(address)/\(isIPv6 ? 64 : 32) dev vrrp51\(isIPv6 ? " nodad" : "")
      ip link set vrrp51 up
      """)
    let directory = "\(Files.directory)/frr"
    try Shell.run("rm -rf \(directory); mkdir -p \(directory); chmod 777 \(directory)")
    let file = try Files.write(
      """
      interface eth0
       vrrp 51 version 3
       vrrp 51 priority \(priority)
       vrrp 51 advertisement-interval \(milliseconds)
       vrrp 51 \(isIPv6 ? "ipv6" : "ip") \(address)

      """, to: "frr.conf")
    let common = [
      "-u", "frr", "-g", "frr", "-P", "0", "--vty_socket", directory, "-z", "\(directory)/zserv",
    ]
    let zebra = try lan.start(["/usr/lib/frr/zebra", "-i", "\(directory)/zebra.pid"] + common, on: 2)
    try await eventually("zebra listens") { access("\(directory)/zserv", F_OK) == 0 }
    let vrrpd = try lan.start(
      ["/usr/lib/frr/vrrpd", "-i", "\(directory)/vrrpd.pid", "-f", file] + common, on: 2)
    return [vrrpd, zebra]
  }

  @Test("It is Active, and Pintle waits; it falls silent, and Pintle takes over", arguments: [false, true])
  func pintleAsBackup(isIPv6: Bool) async throws {
    let address = isIPv6 ? "fe80::100/128" : "10.1.0.100/32"
    let programs = try await startFRR(priority: 150, isIPv6: isIPv6)
    try await eventually("FRR is Active: \(programs.map(\.output))") {
      lan.wire.adverts().contains { $0.priority == 150 }
    }
    let pintle = try lan.pintle(on: 1, priority: 100, addresses: "\"\(address)\"")
    try await eventually("Pintle has started") { pintle.output.contains("Backup") }
    // Longer than it would wait for a silent Active.
    let start = BootClock.now
    try await eventually("FRR has said so ten times more") {
      lan.wire.adverts(since: start).count { $0.priority == 150 } >= 10
    }
    #expect(try !lan.holds(1, address))
    #expect(!pintle.output.contains("not believed"))

    programs[0].end()
    try await lan.expectHolder(1, address)
    #expect(lan.wire.longestOverlap(interval: .milliseconds(100)) <= .milliseconds(100))
  }

  @Test("Pintle is Active, and it waits; Pintle stops, and it takes over", arguments: [false, true])
  func pintleAsActive(isIPv6: Bool) async throws {
    let address = isIPv6 ? "fe80::100/128" : "10.1.0.100/32"
    let pintle = try lan.pintle(
      on: 1, priority: 150, "advertisementInterval: 1s", addresses: "\"\(address)\"")
    try await lan.expectHolder(1, address)
    let programs = try await startFRR(priority: 100, milliseconds: 1000, isIPv6: isIPv6)
    // Five of Pintle's advertisements are longer than FRR's Active_Down_Interval.
    let begun = BootClock.now
    try await eventually("Pintle has said so five times more") {
      lan.wire.adverts(since: begun).count { $0.priority == 150 } >= 5
    }
    #expect(lan.wire.adverts().allSatisfy { $0.priority == 150 }, "\(programs.map(\.output))")

    pintle.terminate()
    try await eventually("FRR is Active") { lan.wire.adverts().contains { $0.priority == 100 } }
    let release = try #require(lan.wire.adverts().first { $0.priority == 0 })
    let takeover = try #require(lan.wire.adverts().first { $0.priority == 100 })
    // 156 / 256 of 1 s after the release, not 3.6 s.
    #expect(takeover.time - release.time < 2_000_000_000)
    #expect(lan.wire.longestOverlap(interval: .seconds(1)) <= .seconds(1))
  }
}
