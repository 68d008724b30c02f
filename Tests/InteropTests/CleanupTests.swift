import Glibc
import TestSupport
import Testing

/// What is left of a daemon that was killed while it held virtual addresses, once somebody cleans up.
@Suite("Cleanup of virtual routers", .serialized, .enabled(if: Shell.isInNamespace))
struct CleanupTests {
  private let lan: LAN

  init() throws { lan = try LAN(hosts: 1) }

  /// Cleans up; its output with its errors, and `failed` if it did.
  private func cleanup(_ options: String = "") throws -> String {
    try lan.run(
      1,
      "\(Program.pintle) cleanup --runtime-directory \(Files.directory)/host1 \(options) 2>&1 || echo failed")
  }

  /// All that virtual routers change about a host.
  private func state() throws -> String {
    let parameters = "/proc/sys/net/ipv4/conf/eth0"
    return try lan.run(1, "ip -o link; ip -o address; grep . \(parameters)/arp_* \(parameters)/rp_filter")
  }

  private func holds(_ address: String) throws -> Bool {
    try lan.run(1, "ip -o address").contains(" \(address) ")
  }

  @Test(
    "Of a daemon that was killed while Active nothing stays but what was there before; while it runs, nothing goes",
    arguments: ["", "virtualMAC: true"], ["10.1.0.100/32", "fd00:1::100/128"])
  func killed(_ keys: String, _ address: String) async throws {
    // Another's address in the same network is none of ours.
    try lan.run(1, "ip address add 10.1.0.77/32 dev eth0")
    let before = try state()
    let daemon = try lan.pintle(on: 1, priority: 150, keys, addresses: "\"\(address)\"")
    try await eventually("it holds \(address)") { try holds(address) }
    #expect(try cleanup().contains("another pintle has it: a daemon"))
    #expect(try holds(address))

    // Its guard first, which would take the address off in a moment.
    try Shell.run("kill -KILL $(pgrep -P \(daemon.id))")
    daemon.end()
    #expect(try holds(address))
    let output = try cleanup()
    #expect(output.contains("- address \(address) on "))
    #expect(!output.contains("error") && !output.contains("failed"), "\(output)")
    #expect(try state() == before)
    #expect(try cleanup() == "", "nothing is left to be done")
  }

  @Test("An address without a mark goes where the configuration names it, unless this host lives by it")
  func unmarked() async throws {
    let file = try Files.write(
      """
      virtualRouters:
        - {name: vip, interface: eth0, id: 51, addresses: [10.1.0.100/32]}
        - {name: own, interface: eth0, id: 52, addresses: [10.1.0.1/24]}
      """, to: "cleanup.yaml")
    try lan.run(1, "ip address add 10.1.0.9/24 dev eth0")
    let before = try state()
    try lan.run(1, "ip address add 10.1.0.100/32 dev eth0")
    #expect(try cleanup() == "")
    #expect(try holds("10.1.0.100/32"))
    #expect(try cleanup("--config \(file)") == "- address 10.1.0.100/32 on eth0\n")
    #expect(try state() == before)
  }

  @Test("A configuration that is named and cannot be read is an error, and nothing is changed")
  func badConfiguration() throws {
    let output = try cleanup("--config /run/interop/none.yaml")
    #expect(output.contains("cannot read /run/interop/none.yaml"), "\(output)")
    #expect(output.contains("nothing was changed") && output.contains("failed"), "\(output)")
  }
}
