import Glibc
import Host
import TestSupport
import Testing

/// What a reload does to the interfaces with a virtual MAC address, and to those who need none.
@Suite("Virtual MAC addresses that come and go", .serialized, .enabled(if: Shell.isInNamespace))
struct VirtualMACReloadTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

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
}
