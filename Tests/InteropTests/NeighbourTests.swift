import Glibc
import Host
import TestSupport
import Testing

/// RFC 9568 §6.4.2, §6.4.3, §7.4, §8.1.2 and §8.2.2; host 2 is a client.
@Suite("Who answers for the addresses", .serialized, .enabled(if: Shell.isInNamespace))
struct NeighbourTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var address: String
    var prefixLength: Int
    /// The virtual MAC address; nil: the interface's own is used.
    var virtual: String?
    var testDescription: String { "\(address), \(virtual ?? "without a virtual MAC address")" }
  }

  static let cases = [
    Case(address: "10.1.0.100", prefixLength: 32), Case(address: "fd00:1::100", prefixLength: 128),
    Case(address: "10.1.0.100", prefixLength: 32, virtual: "00:00:5e:00:01:33"),
    Case(address: "fd00:1::100", prefixLength: 128, virtual: "00:00:5e:00:02:33"),
  ]

  private let lan: LAN

  init() throws { lan = try LAN(hosts: 2) }

  private func pintle(_ which: Case, _ keys: String = "") throws -> Program {
    try lan.pintle(
      on: 1, priority: 150, "virtualMAC: \(which.virtual != nil)\n" + keys,
      addresses: "\"\(which.address)/\(which.prefixLength)\"")
  }

  private func isReachable(_ which: Case) throws -> Bool {
    try lan.run(2, "ping -c1 -W1 \(which.address) >/dev/null && echo yes || true") == "yes\n"
  }

  private func neighbour(_ which: Case) throws -> String {
    try lan.run(2, "ip neigh show \(which.address)")
  }

  private func announcements(of which: Case) -> [Recording.Announcement] {
    // By the last byte of 10.1.0.100 and of fd00:1::100.
    lan.wire.announcements(of: which.prefixLength == 32 ? 100 : 0)
  }

  @Test(
    "A Backup answers for none of them; the Active router does, from the address that it should",
    arguments: cases)
  func answers(_ which: Case) async throws {
    let router = try pintle(which, "startupHold: 3s")
    try await eventually("it is Backup") { router.output.contains("Backup: started") }
    #expect(try !isReachable(which))
    #expect(try !neighbour(which).contains("lladdr"), "somebody answered")
    #expect(announcements(of: which).isEmpty && lan.wire.adverts().isEmpty)

    try await eventually("it is Active") { router.output.contains("Active, holds") }
    try await eventually("it answers") { try isReachable(which) }
    let own = try lan.run(1, "cat /sys/class/net/eth0/address").split(separator: "\n").map(String.init)
    #expect(try neighbour(which).contains("lladdr \(which.virtual ?? own.first ?? "")"))
    #expect(
      try !lan.run(1, "ip -6 addr").contains("5eff:fe00"),
      "an address is derived from the virtual MAC address")
  }

  @Test(
    "Whoever starts, is killed and starts anew never announces from the physical hardware address",
    arguments: cases.filter { $0.virtual != nil })
  func announcements(_ which: Case) async throws {
    let first = try pintle(which)
    try await eventually("it is Active") { first.output.contains("Active, holds") }
    first.end()
    let second = try pintle(which)
    try await eventually("it is Active again") { second.output.contains("Active, holds") }
    try await eventually("each has announced") { announcements(of: which).count >= 10 }
    second.terminate()
    let senders = Set(announcements(of: which).map(\.hardwareAddress))
    let family: UInt8 = which.prefixLength == 32 ? 1 : 2
    #expect(senders == [[0, 0, 0x5E, 0, family, 0x33]])
  }

  @Test(
    "An interface that gets another hardware address while the router is Active is announced anew at once",
    arguments: cases.filter { $0.virtual == nil })
  func anotherHardwareAddress(_ which: Case) async throws {
    let router = try pintle(which)
    try await eventually("it is Active") { router.output.contains("Active, holds") }
    try await eventually("its client knows it") { try isReachable(which) }
    let change = BootClock.now
    try lan.run(1, "ip link set eth0 address 02:00:00:00:00:77")
    // Sooner than the announcements are repeated anyway.
    try await eventually(within: .seconds(2), "its client knows it by the new one") {
      try neighbour(which).contains("lladdr 02:00:00:00:00:77")
    }
    try await eventually(within: .seconds(1), "a whole burst") {
      announcements(of: which).filter { $0.time > change }.count >= 5
    }
    let anew = announcements(of: which).filter { $0.time > change }
    #expect(anew.allSatisfy { $0.hardwareAddress == [2, 0, 0, 0, 0, 0x77] })
    try await eventually("it is told") {
      router.output.contains("eth0 has the hardware address 02:00:00:00:00:77 now")
    }
    #expect(!router.output.contains("released"))
  }
}
