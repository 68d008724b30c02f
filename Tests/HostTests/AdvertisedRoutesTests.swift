import Glibc
import Host
import TestSupport
import Testing

/// What becomes of a host whose way out comes by router advertisements, once it forwards IPv6.
@Suite("Default routes by router advertisement", .serialized, .enabled(if: Shell.isInNamespace))
struct AdvertisedRoutesTests {
  private static let forwarding = ["net/ipv6/conf/all/forwarding": "1"]
  private static let accepting = "net/ipv6/conf/ra0/accept_ra"

  /// A router advertisement with a lifetime of 30 minutes, sent over the other end of the cable; not before that
  /// has its own address.
  private static let advertise = """
    /usr/bin/python3 -c '
    import socket, struct
    s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    s.sendto(struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), ("ff02::1", 0, 0, socket.if_nametoindex("ra1")))
    ' 2>/dev/null || true
    """

  private func hasRoute() throws -> Bool {
    try Shell.run("ip -6 route show default dev ra0").contains("via fe80::")
  }

  private func learnRoute() throws {
    for _ in 0..<200 {
      try Shell.run(Self.advertise)
      if try hasRoute() { return }
      usleep(50_000)
    }
    Issue.record("the kernel does not take the route")
  }

  @Test("The host keeps them and goes on hearing of them, and hears as before when it is set back")
  func kept() throws {
    // Two ends in one namespace: the kernel believes no advertisement of its own otherwise.
    try Shell.run(
      """
      ip link add ra0 type veth peer name ra1 && ip link set ra0 up && ip link set ra1 up
      sysctl -q -w net.ipv6.conf.ra0.accept_ra=1 net.ipv6.conf.ra0.accept_ra_from_local=1
      """)
    defer { _ = try? Shell.run("ip link delete ra0; sysctl -q -w net.ipv6.conf.all.forwarding=0") }
    let record = "/tmp/pintle-advertised-\(getpid())"
    defer { unlink(record) }
    try learnRoute()
    #expect(AdvertisedRoutes.parameters[Self.accepting] == "2")

    // This is what happens otherwise.
    var careless = ParameterKeeper(record: record)
    _ = careless.keep(Self.forwarding)
    #expect(try !hasRoute())
    _ = careless.keep([:])

    try learnRoute()
    var keeper = ParameterKeeper(record: record)
    let outcomes = keeper.keep(Self.forwarding.merging(AdvertisedRoutes.parameters) { $1 })
    #expect(outcomes.contains(.set(Self.accepting, from: "1", to: "2")))
    #expect(outcomes.last == .set("net/ipv6/conf/all/forwarding", from: "0", to: "1"))
    #expect(try hasRoute())
    try Shell.run("ip -6 route delete default dev ra0")
    try learnRoute()
    #expect(keeper.keep([:]).count == outcomes.count)
    #expect(try Shell.run("sysctl -n net.ipv6.conf.ra0.accept_ra") == "1\n")
  }
}
