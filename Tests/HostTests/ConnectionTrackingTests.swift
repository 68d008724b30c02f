import Glibc
import Host
import Model
import Netlink
import TestSupport
import Testing

@Suite("The connection tracking", .serialized, .enabled(if: Shell.isInNamespace))
struct ConnectionTrackingTests {
  @Test("Handshakes that nobody has answered are found, and forgotten when it is asked to; others stay")
  func handshakes() throws {
    // Until then the kernel tracks nothing.
    try Shell.run(
      """
      nft "add table inet track; add chain inet track in { type filter hook input priority 0; };
        add rule inet track in ct state established accept; add rule inet track in tcp dport 7777 drop"
      """)
    defer { _ = try? Shell.run("nft delete table inet track") }
    try Shell.run(
      """
      (timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/7777' >/dev/null 2>&1 &)
      (timeout 20 bash -c 'exec 3<>/dev/tcp/::1/7777' >/dev/null 2>&1 &)
      (timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/7778' >/dev/null 2>&1 &)
      """)
    let (ipv4, ipv6) = try (#require(Endpoint("127.0.0.1:7777")), #require(Endpoint("[::1]:7777")))
    var tracking = try ConnectionTracking()
    var found: [ConnectionTracking.Entry] = []
    let deadline = ContinuousClock.now + .seconds(10)
    while found.count < 2, ContinuousClock.now < deadline {
      found = try tracking.handshakes { _ in true }
      usleep(10_000)
    }
    // Port 7778 was refused: that is an answer.
    #expect(Set(found.map(\.path.service)) == [ipv4, ipv6])
    #expect(found.allSatisfy { $0.path.client.address == $0.path.service.address && $0.path.client.port > 0 })
    #expect(try tracking.handshakes { $0.service == ipv6 }.count == 1)

    let first = try tracking.handshakes { $0.service == ipv4 }
    #expect(first.count == 1 && tracking.forget(first).allSatisfy(\.isDone))
    // The client says its first word again after a second, and begins a new one by it.
    #expect(tracking.forget(first).allSatisfy { !$0.isDone })
    #expect(try tracking.handshakes { $0.service == ipv6 }.count == 1)
  }

  @Test(
    "A connection that it is told of is known with its source NAT, until nobody has spoken for a time",
    arguments: [
      ("10.0.0.100", "10.0.0.250", "10.0.0.11", "ipv4"), ("fd00::100", "fd00::250", "fd00::11", "ipv6"),
    ])
  func remembered(_ client: String, _ service: String, _ server: String, _ family: String) throws {
    try Shell.run(
      "nft 'add table inet track; add chain inet track out { type nat hook postrouting priority srcnat; }'")
    defer { _ = try? Shell.run("nft delete table inet track") }
    try Shell.run("conntrack -F")
    let addresses = try [client, service, server].map { try #require(IPAddress($0)) }
    let connection = (
      path: PacketFilterRules.Path(
        from: Endpoint(addresses[0], port: 51242), to: Endpoint(addresses[1], port: 443)),
      server: Endpoint(addresses[2], port: 6443)
    )
    var tracking = try ConnectionTracking()
    #expect(tracking.remember([connection], patience: .seconds(30)).allSatisfy { $0.isDone })
    // It is known.
    #expect(tracking.remember([connection], patience: .seconds(30)).allSatisfy { !$0.isDone })
    let listing = try Shell.run("conntrack -L -f \(family) 2>/dev/null")
    let words = listing.split { $0.isWhitespace }.map(String.init)
    // Client to service, and back from the server to the service's address.
    let ways = words.filter { $0.contains("=") }.prefix(8)
    #expect(
      ways == [
        "src=\(client)", "dst=\(service)", "sport=51242", "dport=443", "src=\(server)", "dst=\(service)",
        "sport=6443", "dport=51242",
      ], "\(listing)")
    #expect(words.contains("ESTABLISHED") && words.contains("[ASSURED]"), "\(listing)")
  }
}

extension Result<Void, NetlinkError> {
  fileprivate var isDone: Bool { if case .success = self { true } else { false } }
}
