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
}

extension Result<Void, NetlinkError> {
  fileprivate var isDone: Bool { if case .success = self { true } else { false } }
}
