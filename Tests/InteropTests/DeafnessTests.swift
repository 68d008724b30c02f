import Glibc
import Host
import TestSupport
import Testing

/// Routers that the kernel refuses what they would hear others by, the group: `igmp_max_memberships` is 0.
@Suite("A router that cannot hear", .serialized, .enabled(if: Shell.isInNamespace))
struct DeafnessTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  private func allowMemberships(_ count: Int, on host: Int = 1) throws {
    try lan.run(host, "sysctl -qw net.ipv4.igmp_max_memberships=\(count)")
  }

  @Test(
    "From its start it takes no part, says why, and does as soon as it can hear", arguments: [false, true])
  func start(virtualMAC: Bool) async throws {
    _ = try lan.pintle(on: 2, priority: 100, "virtualMAC: \(virtualMAC)")
    try await eventually("the other speaks") { lan.wire.adverts().contains { $0.host == 2 } }
    try allowMemberships(0)
    let router = try lan.pintle(on: 1, priority: 150, "virtualMAC: \(virtualMAC)")
    try await eventually("it says why") {
      router.output.contains("takes no part yet: cannot listen on eth0: setsockopt: No buffer space")
    }
    // Twice as long as who hears nobody waits before it claims, and it has tried again.
    try await Task.sleep(for: .milliseconds(1500))
    #expect(lan.wire.adverts().allSatisfy { $0.host == 2 }, "the deaf one spoke")
    #expect(try !lan.run(1, "ip -o addr").contains("10.1.0.100"))
    #expect(router.output.ranges(of: "critical").count == 1, "once: \(router.output)")

    try allowMemberships(20)
    try await eventually("it is Active") { router.output.contains("Active, holds") }
    #expect(router.output.contains("listens on eth0 again"))
  }

  @Test("On an interface that is made anew it takes no part until it hears there")
  func interfaceMadeAnew() async throws {
    let router = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    _ = try lan.pintle(on: 2, priority: 100)
    try allowMemberships(0)
    try Shell.run(
      """
      ip -n host1 link del eth0
      ip link add port1 type veth peer name eth0 netns host1
      ip link set port1 master lan up
      ip -n host1 addr add 10.1.0.1/24 dev eth0
      ip -n host1 link set eth0 up
      """)
    try await lan.expectHolder(2)
    try await eventually("it says why") { router.output.contains("cannot listen on eth0") }
    let deaf = BootClock.now
    try await Task.sleep(for: .milliseconds(1500))
    #expect(lan.wire.adverts(since: deaf).allSatisfy { $0.host == 2 }, "the deaf one spoke")
    #expect(try !lan.holds(1))

    try allowMemberships(20)
    try await lan.expectHolder(1)
  }

  @Test("An Active router that a reload would make deaf gives its addresses to the peer")
  func reload() async throws {
    let router = try lan.pintle(on: 1, priority: 150, "peers: [10.1.0.2]")
    try await lan.expectHolder(1)
    _ = try lan.pintle(on: 2, priority: 100)
    try allowMemberships(0)
    let text = Files.read("\(Files.directory)/pintle-1.yaml").replacing("peers: [10.1.0.2]", with: "")
    _ = try Files.write(text, to: "pintle-1.yaml")
    router.signal(SIGHUP)
    try await eventually("it lets go") {
      router.output.contains("takes no part, released 10.1.0.100/32: cannot listen on eth0")
    }
    try await lan.expectHolder(2)
    #expect(try !lan.holds(1))
    #expect(lan.wire.adverts().contains { $0.host == 1 && $0.priority == 0 })

    try allowMemberships(20)
    try await lan.expectHolder(1)
  }
}
