import Glibc
import Host
import TestSupport
import Testing

/// Hosts that are not as a virtual router expects them.
@Suite("Odd surroundings", .serialized, .enabled(if: Shell.isInNamespace))
struct SurroundingsTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  private func reload() throws {
    try lan.run(1, "\(Program.pintle) reload --runtime-directory \(Files.directory)/host1")
  }

  // MARK: - Addresses

  @Test(
    "Of several IPv6 addresses the lasting one is a unicast router's own, whatever order the kernel lists them in"
  )
  func lastingSource() async throws {
    // The kernel lists the newest first.
    try Shell.run(
      """
      ip -n host1 addr add fd00:1::aaaa/64 dev eth0 nodad valid_lft 3000 preferred_lft 2000
      ip -n host1 addr add fd00:1::bbbb/64 dev eth0 nodad preferred_lft 0
      """)
    _ = try lan.pintle(
      on: 1, priority: 150, "peers: [\"fd00:1::2\"]", addresses: "\"fe80::250/128\", \"fd00:1::250/128\"")
    try await lan.expectHolder(1, "fd00:1::250/128")
    let second = try lan.pintle(
      on: 2, priority: 100, "peers: [\"fd00:1::1\"]", addresses: "\"fe80::250/128\", \"fd00:1::250/128\"")
    try await eventually("it has heard the first") { second.output.contains("Backup: ") }
    try await Task.sleep(for: .milliseconds(600))
    #expect(!second.output.contains("not believed"))
    #expect(try !lan.holds(2, "fd00:1::250/128"))
  }

  @Test(
    "The host's own address is no virtual address: the router takes no part, and the address stays",
    arguments: [
      "true", "ip -n host1 addr add 10.1.0.11/24 dev eth0", "ip -n host1 addr add 10.2.0.1/16 dev eth0",
    ])
  func ownAddress(_ before: String) async throws {
    try Shell.run(before)
    let addresses = try lan.run(1, "ip -o addr show eth0")
    let router = try lan.pintle(on: 1, priority: 150, addresses: "10.1.0.1/24")
    try await eventually("it says why") {
      router.output.contains("takes no part yet: 10.1.0.1/24 is this host\u{27}s own address on eth0")
    }
    router.terminate()
    #expect(try lan.run(1, "ip -o addr show eth0") == addresses)
  }

  @Test("The host's own address stays even if a reload makes it a virtual one while the router is Active")
  func ownAddressByReload() async throws {
    let addresses = try lan.run(1, "ip -o -4 addr show eth0")
    let router = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    _ = try Files.write(
      Files.read("\(Files.directory)/pintle-1.yaml").replacing("10.1.0.100/32", with: "10.1.0.1/24"),
      to: "pintle-1.yaml")
    try reload()
    try await eventually("it is out") { router.output.contains("takes no part, released") }
    router.terminate()
    #expect(try lan.run(1, "ip -o -4 addr show eth0") == addresses)
  }

  @Test(
    "A virtual address that is on another interface as well is told, since the host answers for it; and stays there"
  )
  func elsewhere() async throws {
    try Shell.run("ip -n host1 addr add 10.1.0.100/32 dev lo")
    let router = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    #expect(router.output.contains("10.1.0.100 is on lo as well"))
    router.terminate()
    #expect(router.output.split(separator: "is on lo as well").count == 2, "once")
    #expect(try lan.run(1, "ip -o addr show lo").contains("10.1.0.100/32"))

    // As direct routing has it.
    try lan.run(1, "sysctl -qw net.ipv4.conf.all.arp_ignore=1")
    let quiet = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    #expect(!quiet.output.contains("as well"))
  }

  @Test(
    "A virtual address that somebody else puts on a Backup's own interface is told: there are two holders then"
  )
  func besideBackup() async throws {
    let router = try lan.pintle(on: 1, priority: 100)
    try await lan.expectHolder(1)
    let active = try lan.pintle(on: 2, priority: 150)
    try await eventually("host 1 is Backup, and holds nothing") {
      try router.output.contains("Backup, released") && !lan.holds(1)
    }
    try lan.run(1, "ip addr add 10.1.0.100/24 dev eth0")
    try await eventually("it is told") { router.output.contains("10.1.0.100 is on eth0 as well") }
    try lan.run(1, "ip addr delete 10.1.0.100/24 dev eth0")

    // What it puts there and takes off itself is not told.
    active.end()
    try await lan.expectHolder(1)
    let next = try lan.pintle(on: 2, priority: 150)
    try await eventually("host 2 holds it alone") { try lan.holds(2) && !lan.holds(1) }
    router.terminate()
    #expect(router.output.split(separator: "as well").count == 2, "\(router.output)")
    _ = next
  }

  @Test(
    "It speaks from the interface's primary address, in IPv6 from a link-local one, whatever else is there")
  func source() async throws {
    try lan.run(
      1,
      "ip addr add 10.1.0.77/24 dev eth0; ip addr add 10.9.0.78/24 dev eth0; ip -6 addr add fd00:1::79/64 dev eth0 nodad"
    )
    _ = try lan.pintle(
      on: 1,
      configuration: """
        virtualRouters:
          - {name: four, interface: eth0, id: 51, addresses: [10.1.0.100/32]}
          - {name: six, interface: eth0, id: 52, addresses: ["fd00:1::100/128"]}
        """)
    try await eventually("both speak") {
      lan.wire.adverts(of: 51).count > 2 && lan.wire.adverts(of: 52).count > 2
    }
    #expect(
      lan.wire.adverts(of: 51).allSatisfy { $0.host == 1 }
        && lan.wire.adverts(of: 52).allSatisfy { $0.host == 1 })
  }

  @Test("Every advertisement has TTL or hop limit 255, to the group and to a peer")
  func hopLimit() async throws {
    _ = try lan.pintle(
      on: 1,
      configuration: """
        virtualRouters:
          - {name: four, interface: eth0, id: 51, addresses: [10.1.0.100/32]}
          - {name: six, interface: eth0, id: 52, addresses: ["fd00:1::100/128"]}
          - {name: four-to-peer, interface: eth0, id: 53, addresses: [10.1.0.101/32], peers: [10.1.0.2]}
          - {name: six-to-peer, interface: eth0, id: 54, addresses: ["fd00:1::101/128"], peers: ["fd00:1::2"]}
        """)
    for id in 51...54 {
      try await eventually("router \(id) speaks") { lan.wire.adverts(of: id).count > 2 }
      #expect(lan.wire.adverts(of: id).allSatisfy { $0.hopLimit == 255 })
    }
  }

  @Test("A peer that is the host itself is told, and nobody is Active without having asked the other")
  func peerIsSelf() async throws {
    let router = try lan.pintle(on: 1, priority: 150, "peers: [10.1.0.1]")
    try await eventually("it says why") { router.output.contains("the peer 10.1.0.1 is this host itself") }
    try await Task.sleep(for: .milliseconds(600))
    #expect(try !lan.holds(1))
    #expect(lan.wire.adverts().isEmpty)
  }

  @Test(
    "A link-local address that another host has cannot be spoken from; with one that can, the router takes part"
  )
  func duplicateLinkLocal() async throws {
    try lan.run(1, "ip addr del fe80::1/64 dev eth0; ip addr add fe80::2/64 dev eth0")
    try await eventually("the kernel has found the other") {
      try lan.run(1, "ip addr show eth0").contains("dadfailed")
    }
    let router = try lan.pintle(on: 1, priority: 150, addresses: "\"fd00:1::100/128\"")
    try await eventually("it says why") { router.output.contains("duplicate address detection") }
    #expect(lan.wire.adverts().isEmpty)
    try lan.run(1, "ip addr add fe80::1/64 dev eth0 nodad")
    try await lan.expectHolder(1, "fd00:1::100/128")
  }

  // MARK: - Interfaces

  @Test(
    "More addresses than a packet of the link holds: the message comes in parts, and is understood",
    arguments: [68, 576])
  func smallPackets(size: Int) async throws {
    try Shell.run(
      "for p in port1 port2 lan; do ip link set $p mtu \(size); done; for h in host1 host2; do ip -n $h link set eth0 mtu \(size); done"
    )
    let list = (1...200).map { "10.1.1.\($0)/32" }.joined(separator: ", ")
    let first = try lan.pintle(on: 1, priority: 150, addresses: list)
    try await lan.expectHolder(1, "10.1.1.200/32")
    let second = try lan.pintle(on: 2, priority: 100, addresses: list)
    try await eventually("it waits") { second.output.contains("Backup: started") }
    try await Task.sleep(for: .milliseconds(800))
    #expect(try !lan.holds(2, "10.1.1.1/32"), "it hears the other: \(second.output)")
    first.terminate()
    try await lan.expectHolder(2, "10.1.1.200/32")
    #expect(second.output.contains("released them"))
  }

  @Test("An interface that loses its name takes the addresses off; with its name, the router is back")
  func renamed() async throws {
    let router = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    try Shell.run(
      "ip -n host1 link set eth0 down; ip -n host1 link set eth0 name other; ip -n host1 link set other up")
    try await eventually("it is off") { try !lan.run(1, "ip -o addr").contains("10.1.0.100") }
    #expect(router.output.contains("takes no part, released 10.1.0.100/32: interface eth0"))
    try Shell.run(
      "ip -n host1 link set other down; ip -n host1 link set other name eth0; ip -n host1 link set eth0 up")
    try await lan.expectHolder(1)
  }

  @Test(
    "Two interfaces that change their names behind the router's back: the addresses follow the name, and are nowhere else"
  )
  func swapped() async throws {
    try Shell.run(
      """
      ip -n host1 link add spare type veth peer name end
      ip -n host1 addr add 10.1.0.9/24 dev spare
      ip -n host1 link set spare up; ip -n host1 link set end up
      """)
    let router = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    router.signal(SIGSTOP)
    try Shell.run(
      """
      for i in eth0 spare; do ip -n host1 link set $i down; done
      ip -n host1 link set eth0 name other; ip -n host1 link set spare name eth0
      for i in eth0 other; do ip -n host1 link set $i up; done
      """)
    router.signal(SIGCONT)
    try await lan.expectHolder(1)
    #expect(try !lan.run(1, "ip -o addr show other").contains("10.1.0.100"))
  }
}
