import Glibc
import Host
import TestSupport
import Testing

/// What a reload makes of an Active router that gets another interface, or a hardware address of its own; host 2 is its
/// peer, and host 3 a client.
@Suite("Virtual MAC addresses that come and go", .serialized, .enabled(if: Shell.isInNamespace))
struct VirtualMACReloadTests {
  /// What a reload changes about an Active router.
  struct Change: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Its interface, and whether it has a virtual MAC address.
    var before: (interface: String, virtualMAC: Bool)
    var after: (interface: String, virtualMAC: Bool)
  }

  static let changes = [
    Change(testDescription: "drops virtualMAC", before: ("eth0", true), after: ("eth0", false)),
    Change(testDescription: "adds virtualMAC", before: ("eth0", false), after: ("eth0", true)),
    Change(testDescription: "moves", before: ("eth0", false), after: ("eth1", false)),
    Change(testDescription: "moves with virtualMAC", before: ("eth0", true), after: ("eth1", true)),
    Change(testDescription: "moves and adds virtualMAC", before: ("eth0", false), after: ("eth1", true)),
    Change(testDescription: "moves and drops virtualMAC", before: ("eth0", true), after: ("eth1", false)),
  ]

  private let lan: LAN

  init() throws {
    lan = try LAN(hosts: 3)
    // Host 1 has a second cable into the same LAN, and another network on it.
    try Shell.run(
      """
      set -e
      ip link add port1b type veth peer name eth1 netns host1
      ip link set port1b master lan up
      ip -n host1 link set eth1 addrgenmode none up
      ip -n host1 addr add 10.1.0.11/24 dev eth1 noprefixroute
      ip -n host1 addr add fe80::11/64 dev eth1 nodad
      # Of two interfaces in one LAN each would answer for the other's addresses.
      ip netns exec host1 sysctl -qw net.ipv4.conf.all.arp_ignore=1
      """)
  }

  /// Where an address is on the two directors: `host 1: eth0`.
  private func places(of address: String) throws -> [String] {
    try [1, 2].flatMap { host in
      try lan.run(host, "ip -o address").split(separator: "\n").filter { $0.contains(" \(address) ") }.map {
        "host \(host): \($0.split(separator: " ")[1])"
      }
    }
  }

  private func arpIgnore(_ interface: String) throws -> String {
    try lan.run(1, "cat /proc/sys/net/ipv4/conf/\(interface)/arp_ignore")
  }

  private func router(
    _ name: String = "vip", id: Int = 51, interval: String = "100ms", addresses: String = "10.1.0.100/32",
    interface: String = "eth0", more: String = ""
  ) -> String {
    "  - {name: \(name), interface: \(interface), id: \(id), priority: 150, "
      + "advertisementInterval: \(interval), addresses: [\(addresses)]\(more)}\n"
  }

  private func reload(_ routers: [String]) throws {
    _ = try Files.write("virtualRouters:\n" + routers.joined(), to: "pintle-1.yaml")
    let answer = try lan.run(
      1, "\(Program.pintle) reload --runtime-directory \(Files.directory)/host1 2>&1 || echo failed")
    #expect(answer.contains(" runs"), "\(answer)")
  }

  private func devices() throws -> Int {
    try lan.run(1, "ip -o link show type macvlan").split(separator: "\n").count
  }

  @Test("Removing forty interfaces, for which the kernel takes its time, keeps no other router waiting")
  func others() async throws {
    let vip = router(interval: "10ms")
    let others = (60..<100).map {
      router("other\($0)", id: $0, interval: "1s", addresses: "10.1.0.\($0)/32", more: ", virtualMAC: true")
    }
    let daemon = try lan.pintle(on: 1, configuration: "virtualRouters:\n" + vip)
    try await lan.expectHolder(1)
    try reload([vip] + others)
    try await eventually("all are made") { try devices() == others.count }
    let begin = BootClock.now
    try reload([vip])
    try await eventually("all are removed") { try devices() == 0 }
    let times = lan.wire.adverts(since: begin).map(\.time)
    let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .max
    #expect(longest < 100_000_000, "\(Double(longest) / 1e6) ms without an advertisement")
    #expect(!daemon.output.contains("error:"), "\(daemon.output)")
  }

  @Test(
    "An Active router that a reload changes is Active in one place afterwards, says so, and leaves nothing behind",
    arguments: changes, ["10.1.0.100/32", "fd00:1::100/128"])
  func change(_ change: Change, _ address: String) async throws {
    func configuration(_ state: (interface: String, virtualMAC: Bool)) -> String {
      router(
        addresses: "\"\(address)\"", interface: state.interface,
        more: state.virtualMAC ? ", virtualMAC: true" : "")
    }
    let daemon = try lan.pintle(on: 1, configuration: "virtualRouters:\n" + configuration(change.before))
    try await eventually("host 1 holds it") { try places(of: address).count == 1 }
    let peer = try lan.pintle(on: 2, priority: 100, addresses: "\"\(address)\"")
    try await eventually("the peer waits") { peer.output.contains("Backup") }

    let begin = BootClock.now
    try reload([configuration(change.after)])
    let index = try lan.run(1, "cat /sys/class/net/\(change.after.interface)/ifindex").filter(\.isNumber)
    let isIPv4 = !address.contains(":")
    let device = "vrrp\(isIPv4 ? 4 : 6)-51-\(String(Int(index) ?? 0, radix: 16))"
    let place = "host 1: \(change.after.virtualMAC ? device : change.after.interface)"
    try await eventually("\(place) alone") { try places(of: address) == [place] }
    try await eventually("no other interface is left") {
      try devices() == (change.after.virtualMAC ? 1 : 0)
    }
    let hardwareAddress = try lan.run(
      1, "cat /sys/class/net/\(place.split(separator: " ")[2])/address"
    ).split(separator: "\n")[0]
    let octets = hardwareAddress.split(separator: ":").compactMap { UInt8($0, radix: 16) }
    try await eventually("it is announced") {
      // The last byte of fd00:1::100 is 0.
      lan.wire.announcements(of: isIPv4 ? 100 : 0, since: begin).last?.hardwareAddress == octets
    }
    let pinged = address.split(separator: "/")[0]
    try await eventually("\(pinged) answers") {
      try lan.run(3, "ping -c1 -W1 \(pinged) >/dev/null && echo yes || true") == "yes\n"
    }
    let neighbour = try lan.run(3, "ip neigh show \(pinged)")
    // The way back to the client is through eth0, which asks for it in the address' name where that is on eth1.
    if change.after.interface == "eth0" { #expect(neighbour.contains(hardwareAddress), "\(neighbour)") }
    for interface in ["eth0", "eth1"] {
      let isBelow = change.after.virtualMAC && interface == change.after.interface
      try await eventually("\(interface) has its parameters") {
        try arpIgnore(interface) == (isBelow ? "1\n" : "0\n")
      }
    }
    #expect(lan.wire.longestOverlap(interval: .milliseconds(100), since: begin) <= .milliseconds(100))
    #expect(try places(of: address) == [place])
    let all = daemon.output + peer.output
    #expect(!all.contains("error:") && !all.contains("critical:") && !all.contains("not believed"), "\(all)")
  }
}
