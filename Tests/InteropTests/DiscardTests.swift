import Glibc
import Host
import TestSupport
import Testing

/// What a running router does with advertisements that fail a check of RFC 9568 §7.1; each of them has priority 255, so
/// that one that was believed would take the addresses away.
@Suite("Advertisements that are discarded", .serialized, .enabled(if: Shell.isInNamespace))
struct DiscardTests {
  private let lan: LAN

  init() throws { lan = try LAN(hosts: 1) }

  private static let spoilt: [(label: String, spoil: @Sendable (inout ForgedAdvertisement) -> Void)] = [
    ("hop-limit", { $0.hopLimit = 254 }),
    ("too-short", { $0.message = Array($0.message.prefix(7)) }),
    ("version", { $0.message[0] = 0x41 }),
    ("type", { $0.message[0] = 0x32 }),
    ("no-addresses", { $0.message[3] = 0 }),
    ("truncated", { $0.message[3] = 2 }),
    ("zero-interval", { $0.message.replaceSubrange(4...5, with: [0, 0]) }),
  ]

  private func send(_ forged: ForgedAdvertisement) throws {
    try PacketSocket().send(forged.frame, on: Int32(if_nametoindex("lan")))
  }

  @Test("What fails a check moves no role, is counted each time, and is told once; what fails none is obeyed")
  func discard() async throws {
    let router = try lan.pintle(on: 1, priority: 150)
    try await lan.expectHolder(1)
    func status() throws -> String {
      try lan.run(
        1, "\(Program.pintle) status --json --runtime-directory \(Files.directory)/host1"
      ).filter { !$0.isWhitespace }
    }
    let stranger = ForgedAdvertisement.valid(from: 9, priority: 255)
    for (_, spoil) in Self.spoilt {
      var forged = stranger
      spoil(&forged)
      if forged.message.count > 7 { forged.seal() }
      for _ in 0..<3 { try send(forged) }
    }
    var wrong = stranger
    wrong.message[7] ^= 1
    for _ in 0..<3 { try send(wrong) }
    for label in Self.spoilt.map(\.label) + ["checksum"] {
      try await eventually("\(label) is counted") { try status().contains("\"\(label)\":3") }
    }
    #expect(try lan.holds(1) && status().contains("\"role\":\"active\""))
    #expect(!router.output.contains("Backup, released"))
    #expect(router.output.split(separator: "not believed").count == Self.spoilt.count + 2, "\(router.output)")

    try send(stranger)
    try await eventually("it yields") {
      router.output.contains("released 10.1.0.100/32: 10.1.0.9 has priority 255")
    }
  }
}
