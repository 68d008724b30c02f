import Glibc
import Testing

/// What anybody on the network can do who reaches a service.
@Suite("A flood of new connections", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct FloodTests {
  private static let count = 50_000

  private static let configuration = """
    services:
      - name: api
        address: 10.0.0.250:6443
        forwarding: direct
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 1s, timeout: 900ms, fall: 2, rise: 1}
    virtualRouters:
      - {name: v4, interface: lan, id: 51, advertisementInterval: 1s, addresses: [10.0.0.250/32]}
    connectionSync: {interface: lan, id: 51}
    """

  /// Sends first segments, whose answers nobody gets.
  private static let script = """
    import socket, struct, sys
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    def checksum(data):
        total = sum(struct.unpack(f"!{len(data) // 2}H", data))
        total = (total >> 16) + (total & 0xffff)
        return ~(total + (total >> 16)) & 0xffff
    target = socket.inet_aton("10.0.0.250")
    for number in range(int(sys.argv[1])):
        source = socket.inet_aton(f"10.0.0.{200 + number // 40000}")
        port = 10000 + number % 40000
        def segment(sum): return struct.pack("!HHIIBBHHH", port, 6443, number, 0, 0x50, 2, 1024, sum, 0)
        pseudo = source + target + struct.pack("!HH", 6, 20)
        header = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + source + target
        raw.sendto(header + segment(checksum(pseudo + segment(0))), ("10.0.0.250", 0))
    """

  @Test("holds up neither the operator nor the checks, however long the kernel's list of connections gets")
  func halfOpen() throws {
    let stage = try Stage(["client", "director1", "server1", "server2"])
    defer { try? stage.close() }
    for server in ["server1", "server2"] {
      try stage.on(
        server,
        """
        sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
        ip address add 10.0.0.250/32 dev lo
        """)
      try stage.listen(server, "0.0.0.0:6443")
    }
    try stage.start("director1", Self.configuration)
    try stage.wait("director1 serves") {
      try stage.holds("director1", Stage.address) && stage.servers("director1") == 2
    }
    try Lab.write(Self.script, to: "/run/stage/flood.py")
    try stage.onStage("client", "/usr/bin/python3 /run/stage/flood.py \(Self.count)")
    try stage.wait("the kernel has them all") { try connections() >= Self.count * 9 / 10 }

    // Several times the pause between two looks at silent connections.
    var slowest = Duration.zero
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
      let start = ContinuousClock.now
      try stage.onStage("director1", "\(Lab.pintle) status --runtime-directory /run/stage/director1")
      slowest = max(slowest, ContinuousClock.now - start)
    }
    print("\(try connections()) connections, an answer within \(slowest)")
    #expect(slowest < .seconds(5))

    stage.listeners.removeAll { $0.host == "server1" }
    let death = ContinuousClock.now
    try stage.wait("the dead server is out") { try stage.servers("director1") == 1 }
    #expect(ContinuousClock.now - death < .seconds(8))
    #expect(try stage.connect("client", to: "10.0.0.250:6443")?.name == "server2")
  }

  private func connections() throws -> Int {
    let line = "ip netns exec director1 ipvsadm -Ln | awk '/->/ { sum += $5 + $6 } END { print sum + 0 }'"
    return Int(try Lab.shell(line).dropLast()) ?? 0
  }
}
