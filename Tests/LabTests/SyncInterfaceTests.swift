import Glibc
import Testing

/// The kernel's halves of the connection sync stay with the interface that they began on, even when it is gone.
@Suite("The interface of the connection sync", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct SyncInterfaceTests {
  private static let configuration = """
    services:
      - name: api
        address: 10.0.0.250:6443
        servers: [10.0.0.11]
        check: \(DaemonProcess.fileCheck)
    connectionSync: {interface: sync0, id: 51}

    """

  private static func makeInterface() throws {
    try Lab.shell(
      "ip link add sync0 type dummy; ip address add 10.0.5.1/24 dev sync0; ip link set sync0 up")
  }

  /// The group of the sync's datagrams.
  private static func isListening() throws -> Bool {
    try Lab.shell("ip maddress show dev sync0").contains("224.0.0.81")
  }

  @Test(
    "that is deleted and made anew hears the peer again, also after a restart of the daemon",
    arguments: [false, true])
  func madeAnew(whileAway: Bool) throws {
    try Self.makeInterface()
    defer { _ = try? Lab.shell("ip link delete sync0; ipvsadm -C") }
    let daemon = try DaemonProcess(Self.configuration)
    try daemon.start()
    try daemon.wait("the sync listens", Self.isListening)
    if whileAway { daemon.end(SIGKILL) }
    try Lab.shell("ip link delete sync0")
    try Self.makeInterface()
    #expect(try !Self.isListening())
    if whileAway { try daemon.start() }
    try daemon.wait("the sync listens again", Self.isListening)
    daemon.end(SIGTERM)
    try Lab.shell("\(Lab.pintle) cleanup --runtime-directory /run/lab-daemon")
  }
}
