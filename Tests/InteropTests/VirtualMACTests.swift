import Glibc
import Host
import TestSupport
import Testing

/// Routers whose addresses live on the virtual MAC address; host 3 is a client.
@Suite("With a virtual MAC address", .serialized, .enabled(if: Shell.isInNamespace))
struct VirtualMACTests {
  /// An address, and what the client is to find behind it.
  struct Case: CustomTestStringConvertible, Sendable {
    var family: String
    var address: String
    /// The address that follows by itself, or the same.
    var pinged: String
    var hardwareAddress: String
    var testDescription: String { family }
  }

  static let cases = [
    Case(
      family: "IPv4", address: "10.1.0.100/32", pinged: "10.1.0.100", hardwareAddress: "00:00:5e:00:01:33"),
    Case(
      family: "IPv6", address: "fd00:1::100/128", pinged: "fd00:1::100",
      hardwareAddress: "00:00:5e:00:02:33"),
  ]

  private let lan: LAN

  init() throws { lan = try LAN(hosts: 3) }

  private func pintle(on host: Int, priority: Int, _ which: Case = cases[0], keys: String = "") throws
    -> Program
  {
    try lan.pintle(
      on: host, priority: priority, "virtualMAC: true\n" + keys, addresses: "\"\(which.address)\"")
  }

  /// The names of the interfaces with the virtual MAC address, those that are up alone or all.
  private func devices(on host: Int, up: Bool = false) throws -> [Substring] {
    try lan.run(host, "ip -o link show type macvlan \(up ? "up" : "")").split(separator: "\n")
      .compactMap { $0.split(separator: " ").dropFirst().first?.split(separator: "@").first }
  }

  private func holds(_ host: Int, _ which: Case = cases[0]) throws -> Bool {
    try devices(on: host).contains {
      try lan.run(host, "ip -o addr show dev \($0)").contains(" \(which.address) ")
    }
  }

  private func expectHolder(_ host: Int, _ which: Case = cases[0]) async throws {
    try await eventually("host \(host) holds \(which.address)") { try holds(host, which) }
  }

  /// Waits until the client reaches an address, and holds what it knows of it against one of these hardware addresses.
  private func expectReachable(_ which: Case, at others: [String] = []) async throws {
    try await eventually("\(which.pinged) answers") {
      try lan.run(3, "ping -c1 -W1 \(which.pinged) >/dev/null && echo yes || true") == "yes\n"
    }
    let neighbour = try lan.run(3, "ip neigh show \(which.pinged)")
    #expect(([which.hardwareAddress] + others).contains { neighbour.contains($0) }, "\(neighbour)")
  }

  @Test(
    "A client knows the same hardware address before and after a takeover, and never two hosts hold it",
    arguments: cases)
  func takeover(_ which: Case) async throws {
    let first = try pintle(on: 1, priority: 150, which)
    try await expectHolder(1, which)
    let second = try pintle(on: 2, priority: 100, which)
    try await eventually("it waits") { second.output.contains("Backup") }
    try await Task.sleep(for: .milliseconds(500))
    #expect(try !holds(2, which), "it hears the other: \(second.output)")
    #expect(try devices(on: 2).count == 1)
    #expect(try devices(on: 2, up: true).isEmpty, "a Backup says nothing from the virtual MAC address")
    try await expectReachable(which)

    first.terminate()
    #expect(try devices(on: 1).isEmpty, "who stops leaves nothing")
    try await expectHolder(2, which)
    #expect(second.output.contains("released them"))
    try await expectReachable(which)

    // But for the last word of who has let go, which is not to draw the switches to where it comes from.
    let claims = lan.wire.adverts().filter { $0.priority != 2 }
    let last: UInt8 = which.family == "IPv4" ? 1 : 2
    #expect(
      Set(claims.map(\.hardwareAddress)) == [[0, 0, 0x5E, 0, last, 0x33]],
      "both said all from the virtual MAC address")

    let third = try pintle(on: 1, priority: 150, which)
    try await expectHolder(1, which)
    try await eventually("it lets go") { try !holds(2, which) }
    try await expectReachable(which)
    #expect(try devices(on: 2, up: true).isEmpty)
    #expect(lan.wire.longestOverlap(interval: .milliseconds(100)) <= .milliseconds(100))
    // Even when a server of this host asks for a client, it does not do so in the virtual address' name.
    try lan.run(
      1,
      "ip neigh flush all; ping -c1 -W1 -I \(which.pinged) \(which.family == "IPv4" ? "10.1.0.3" : "fd00:1::3")"
    )
    #expect(try lan.run(3, "ip neigh show \(which.pinged)").contains(which.hardwareAddress))
    let all = [second, third].map(\.output).joined()
    #expect(!all.contains("not believed") && !all.contains("error:"), "\(all)")
  }

  @Test("Two that became Active on either side of a cut are one again when it heals")
  func cut() async throws {
    _ = try pintle(on: 1, priority: 150)
    try await expectHolder(1)
    let second = try pintle(on: 2, priority: 100)
    try await eventually("it waits") { second.output.contains("Backup") }
    try Shell.run("ip link set port2 nomaster")
    try await expectHolder(2)
    try Shell.run("ip link set port2 master lan")
    // Both speak from the same hardware address now, and each hears the other.
    try await eventually("one yields") { try !holds(2) }
    #expect(try holds(1))
  }

  @Test("What a killed daemon left is adopted, and nothing is left in the end")
  func killed() async throws {
    let before = try lan.run(1, "cat /proc/sys/net/ipv4/conf/eth0/arp_ignore")
    let first = try pintle(on: 1, priority: 100)
    try await expectHolder(1)
    let device = try devices(on: 1)
    first.signal(SIGKILL)
    first.end()
    #expect(try devices(on: 1) == device)

    let second = try pintle(on: 1, priority: 100)
    try await eventually("it is Active again") { second.output.contains("Active, holds") }
    #expect(second.output.contains("left from before"))
    try await expectHolder(1)
    #expect(try devices(on: 1) == device)
    // Somebody else deletes it: it is back, with the address.
    try lan.run(1, "ip link delete \(device[0])")
    try await expectHolder(1)
    try await expectReachable(Self.cases[0])
    second.terminate()
    #expect(try devices(on: 1).isEmpty)
    #expect(try lan.run(1, "cat /proc/sys/net/ipv4/conf/eth0/arp_ignore") == before)
  }

  @Test(
    "Beside keepalived with use_vmac: each takes over from the other",
    .enabled(if: (try? Shell.run("command -v keepalived")) != nil))
  func keepalived() async throws {
    let keepalived = try lan.keepalived(
      on: 2, priority: 100, interval: "0.1", address: "10.1.0.100/32", ["version 3", "use_vmac"])
    try await expectHolder(2)
    let pintle = try pintle(on: 1, priority: 150)
    try await expectHolder(1)
    try await eventually("it lets go") { try !holds(2) }
    try await expectReachable(Self.cases[0])
    pintle.terminate()
    try await expectHolder(2)
    // It asks for the client in the virtual address' name, from its own hardware address.
    let physical = try lan.run(2, "cat /sys/class/net/eth0/address").split(separator: "\n").map(String.init)
    try await expectReachable(Self.cases[0], at: physical)
    let again = try self.pintle(on: 1, priority: 50)
    try await eventually("it waits") { again.output.contains("Backup") }
    try await Task.sleep(for: .milliseconds(500))
    #expect(try !holds(1))
    keepalived.end()
    try await expectHolder(1)
    try await expectReachable(Self.cases[0])
    #expect(lan.wire.longestOverlap(interval: .milliseconds(100)) <= .milliseconds(100))
  }
}
