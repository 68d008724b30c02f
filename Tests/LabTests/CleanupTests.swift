import Glibc
import Testing

/// What is left of Pintle on a host that it leaves.
@Suite("Cleanup", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct CleanupTests {
  private static let configuration = """
    services:
      - name: api
        address: 10.0.0.250:6443
        servers: [10.0.0.11, 10.0.0.12]
        check: \(DaemonProcess.fileCheck)
    connectionSync: {interface: sync0, id: 51}

    """

  private static func syncDaemons() throws -> String { try Lab.shell("ipvsadm -L --daemon") }

  private static func parameters() throws -> String {
    try Lab.shell("grep -s . /proc/sys/net/ipv4/vs/* /proc/sys/net/ipv4/ip_forward || true")
  }

  @Test("removes all that a daemon left which was killed, and nothing of anybody else")
  func afterKill() throws {
    try Lab.shell(
      """
      ip link add sync0 type dummy; ip address add 10.0.5.1/24 dev sync0; ip link set sync0 up
      modprobe ip_vs; echo 0 >/proc/sys/net/ipv4/vs/expire_nodest_conn
      nft delete table ip pintle 2>/dev/null; nft add table ip others
      """)
    defer { _ = try? Lab.shell("ip link delete sync0; nft delete table ip others; ipvsadm -C") }
    let daemon = try DaemonProcess(Self.configuration)
    let before = try Self.parameters()
    for server in ["10.0.0.11", "10.0.0.12"] { try Lab.shell("touch \(DaemonProcess.file(of: server))") }
    try daemon.start()
    try daemon.wait("the connection sync") { try Self.syncDaemons().contains("sync0") }
    try Lab.shell("ipvsadm -A -t 10.9.9.9:80 -s rr")
    daemon.end(SIGKILL)
    #expect(try Lab.shell("ipvsadm -S -n").contains("10.0.0.250:6443"))
    #expect(try Lab.shell("nft list tables").contains("pintle"))
    #expect(try Self.parameters() != before)
    #expect(try Self.syncDaemons().contains("sync0"))

    try Lab.shell("\(Lab.pintle) cleanup --runtime-directory /run/lab-daemon")
    #expect(try Lab.shell("ipvsadm -S -n") == "-A -t 10.9.9.9:80 -s rr\n")
    #expect(try Lab.shell("nft list tables") == "table ip others\n")
    #expect(try Self.parameters() == before)
    #expect(try !Self.syncDaemons().contains("sync0"))
  }
}
