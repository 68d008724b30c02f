import IPVS
import Model
import Netlink
import TestSupport
import Testing

/// Every command as it goes over the wire: numbers in host order (little-endian), but for what is said to be otherwise.
@Suite("Requests on the wire")
struct RequestTests {
  /// What is asked of the client.
  enum Call: Sendable {
    case change(TableChange)
    case services, service(ServiceKey), servers(ServiceKey)
    case start(SyncDaemon), stop(SyncDaemon.Role), syncDaemons
    case setTimeouts(ConnectionTimeouts), timeouts, info, zero(ServiceKey?), flush
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let call: Call
    let bytes: String
    var testDescription: String { name }

    init(_ name: String, _ call: Call, _ bytes: String) {
      self.name = name
      self.call = call
      self.bytes = bytes
    }
  }

  @Test("A command is written byte by byte as the kernel's header defines it", arguments: cases)
  func wire(_ example: Case) throws {
    let kernel = FakeKernel()
    var client = try kernel.client()
    // What the kernel answers does not matter here: some of these name what is not there.
    switch example.call {
    case .change(let change): _ = client.apply([change])
    case .services: _ = try client.services()
    case .service(let key): _ = try client.service(key)
    case .servers(let key): _ = try client.servers(of: key)
    case .start(let daemon): try client.start(daemon)
    case .stop(let role): _ = try? client.stopSyncDaemon(role)
    case .syncDaemons: _ = try client.syncDaemons()
    case .setTimeouts(let timeouts): try client.setTimeouts(timeouts)
    case .timeouts: _ = try client.timeouts()
    case .info: _ = try client.info()
    case .zero(let key): try client.zero(key)
    case .flush: try client.flush()
    }
    var sent = try #require(kernel.sent.first)
    sent.replaceSubrange(8..<12, with: repeatElement(0, count: 4))
    #expect(sent == hex(example.bytes.replacing("_", with: "0")))
  }

  static let tcp = ServiceKey.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 6443))
  static let near = Endpoint(.ipv4(IPv4Address(10, 0, 0, 11)), port: 6443)
  static let far = RealServer(
    Endpoint(.ipv6(IPv6Address(0xFD00 << 112 | 0x11)), port: 6443),
    forwarding: .tunnel(.gue(port: 6080, .remote)),
    weight: 5, upperThreshold: 100, lowerThreshold: 50)
  static let maglev = VirtualService(
    .endpoint(.udp, Endpoint(.ipv6(IPv6Address(0xFD00 << 112 | 0x250)), port: 53)), scheduler: .maglevHashing,
    schedulerFlags: .flag2, persistence: Persistence(timeout: 300, mask: 64),
    persistenceEngine: PersistenceEngine("sip"), isOnePacket: true)
  static let daemon = SyncDaemon(
    .master, interface: "eth0", syncID: 51, maximumLength: 1400, group: .ipv4(IPv4Address(224, 0, 0, 82)),
    port: 8849, timeToLive: 3)

  static let cases = [
    Case(
      "NEW_SERVICE of an IPv4 service", .change(.addService(VirtualService(tcp))),
      """
      5c000000 2000 0500 ________ 00000000  // 92 bytes, family 0x20, REQUEST ACK, sequence, port
      01 01 0000                            // NEW_SERVICE, version 1
      4800 0180                             // SERVICE nest, 72 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
        0800 0600 776c6300                  // SCHED_NAME "wlc"
        0c00 0700 00000000ffffffff          // FLAGS, mask 0x00
        0800 0800 00000000                  // TIMEOUT 0
        0800 0900 ffffffff                  // NETMASK 255.255.255.255
      """),
    Case(
      "SET_SERVICE to persistence by /24",
      .change(
        .setService(
          VirtualService(tcp, persistence: Persistence(timeout: 60, prefixLength: 24, family: .ipv4)))),
      """
      5c000000 2000 0500 ________ 00000000  // 92 bytes, family 0x20, REQUEST ACK, sequence, port
      02 01 0000                            // SET_SERVICE, version 1
      4800 0180                             // SERVICE nest, 72 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
        0800 0600 776c6300                  // SCHED_NAME "wlc"
        0c00 0700 01000000ffffffff          // FLAGS, mask 0x01
        0800 0800 3c000000                  // TIMEOUT 60
        0800 0900 ffffff00                  // NETMASK 255.255.255.0
      """),
    Case(
      "NEW_SERVICE of an IPv6 service with all there is", .change(.addService(maglev)),
      """
      70000000 2000 0500 ________ 00000000          // 112 bytes, family 0x20, REQUEST ACK, sequence, port
      01 01 0000                                    // NEW_SERVICE, version 1
      5c00 0180                                     // SERVICE nest, 92 bytes
        0600 0100 0a000000                          // AF AF_INET6
        0600 0200 11000000                          // PROTOCOL UDP
        1400 0300 fd000000000000000000000000000250  // ADDR fd00::250
        0600 0400 00350000                          // PORT 53
        0700 0600 6d680000                          // SCHED_NAME "mh"
        0c00 0700 15000000ffffffff                  // FLAGS, mask 0x15
        0800 0800 2c010000                          // TIMEOUT 300
        0800 0900 40000000                          // NETMASK /64, host order
        0800 0b00 73697000                          // PE_NAME "sip"
      """),
    Case(
      "NEW_SERVICE of a firewall mark", .change(.addService(VirtualService(.firewallMark(7, .ipv6)))),
      """
      4c000000 2000 0500 ________ 00000000  // 76 bytes, family 0x20, REQUEST ACK, sequence, port
      01 01 0000                            // NEW_SERVICE, version 1
      3800 0180                             // SERVICE nest, 56 bytes
        0600 0100 0a000000                  // AF AF_INET6
        0800 0500 07000000                  // FWMARK 7
        0800 0600 776c6300                  // SCHED_NAME "wlc"
        0c00 0700 00000000ffffffff          // FLAGS, mask 0x00
        0800 0800 00000000                  // TIMEOUT 0
        0800 0900 80000000                  // NETMASK /128, host order
      """),
    Case(
      "DEL_SERVICE", .change(.deleteService(tcp)),
      """
      38000000 2000 0500 ________ 00000000  // 56 bytes, family 0x20, REQUEST ACK, sequence, port
      03 01 0000                            // DEL_SERVICE, version 1
      2400 0180                             // SERVICE nest, 36 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
      """),
    Case(
      "NEW_DEST by NAT", .change(.addServer(RealServer(near, forwarding: .nat), tcp)),
      """
      74000000 2000 0500 ________ 00000000  // 116 bytes, family 0x20, REQUEST ACK, sequence, port
      05 01 0000                            // NEW_DEST, version 1
      2400 0180                             // SERVICE nest, 36 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
      3c00 0280                             // DEST nest, 60 bytes
        0600 0b00 02000000                  // ADDR_FAMILY AF_INET
        0800 0100 0a00000b                  // ADDR 10.0.0.11
        0600 0200 192b0000                  // PORT 6443
        0800 0300 00000000                  // FWD_METHOD 0 masquerading
        0800 0400 01000000                  // WEIGHT 1
        0800 0500 00000000                  // U_THRESH 0
        0800 0600 00000000                  // L_THRESH 0
      """),
    Case(
      "NEW_DEST by GUE tunnel of the other family", .change(.addServer(far, tcp)),
      """
      98000000 2000 0500 ________ 00000000          // 152 bytes, family 0x20, REQUEST ACK, sequence, port
      05 01 0000                                    // NEW_DEST, version 1
      2400 0180                                     // SERVICE nest, 36 bytes
        0600 0100 02000000                          // AF AF_INET
        0600 0200 06000000                          // PROTOCOL TCP
        0800 0300 0a0000fa                          // ADDR 10.0.0.250
        0600 0400 192b0000                          // PORT 6443
      6000 0280                                     // DEST nest, 96 bytes
        0600 0b00 0a000000                          // ADDR_FAMILY AF_INET6
        1400 0100 fd000000000000000000000000000011  // ADDR fd00::11
        0600 0200 192b0000                          // PORT 6443
        0800 0300 02000000                          // FWD_METHOD 2 tunnel
        0800 0400 05000000                          // WEIGHT 5
        0800 0500 64000000                          // U_THRESH 100
        0800 0600 32000000                          // L_THRESH 50
        0500 0d00 01000000                          // TUN_TYPE 1 gue
        0600 0e00 17c00000                          // TUN_PORT 6080
        0600 0f00 02000000                          // TUN_FLAGS 2 remote checksum
      """),
    Case(
      "SET_DEST", .change(.setServer(RealServer(near, forwarding: .nat), tcp)),
      """
      74000000 2000 0500 ________ 00000000  // 116 bytes, family 0x20, REQUEST ACK, sequence, port
      06 01 0000                            // SET_DEST, version 1
      2400 0180                             // SERVICE nest, 36 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
      3c00 0280                             // DEST nest, 60 bytes
        0600 0b00 02000000                  // ADDR_FAMILY AF_INET
        0800 0100 0a00000b                  // ADDR 10.0.0.11
        0600 0200 192b0000                  // PORT 6443
        0800 0300 00000000                  // FWD_METHOD 0 masquerading
        0800 0400 01000000                  // WEIGHT 1
        0800 0500 00000000                  // U_THRESH 0
        0800 0600 00000000                  // L_THRESH 0
      """),
    Case(
      "DEL_DEST", .change(.deleteServer(near, tcp)),
      """
      54000000 2000 0500 ________ 00000000  // 84 bytes, family 0x20, REQUEST ACK, sequence, port
      07 01 0000                            // DEL_DEST, version 1
      2400 0180                             // SERVICE nest, 36 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
      1c00 0280                             // DEST nest, 28 bytes
        0600 0b00 02000000                  // ADDR_FAMILY AF_INET
        0800 0100 0a00000b                  // ADDR 10.0.0.11
        0600 0200 192b0000                  // PORT 6443
      """),
    Case(
      "GET_SERVICE of all", .services,
      """
      14000000 2000 0103 ________ 00000000  // 20 bytes, family 0x20, REQUEST DUMP, sequence, port
      04 01 0000                            // GET_SERVICE, version 1
      """),
    Case(
      "GET_SERVICE of one", .service(tcp),
      """
      38000000 2000 0500 ________ 00000000  // 56 bytes, family 0x20, REQUEST ACK, sequence, port
      04 01 0000                            // GET_SERVICE, version 1
      2400 0180                             // SERVICE nest, 36 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
      """),
    Case(
      "GET_DEST", .servers(tcp),
      """
      38000000 2000 0103 ________ 00000000  // 56 bytes, family 0x20, REQUEST DUMP, sequence, port
      08 01 0000                            // GET_DEST, version 1
      2400 0180                             // SERVICE nest, 36 bytes
        0600 0100 02000000                  // AF AF_INET
        0600 0200 06000000                  // PROTOCOL TCP
        0800 0300 0a0000fa                  // ADDR 10.0.0.250
        0600 0400 192b0000                  // PORT 6443
      """),
    Case(
      "NEW_DAEMON", .start(daemon),
      """
      54000000 2000 0500 ________ 00000000  // 84 bytes, family 0x20, REQUEST ACK, sequence, port
      09 01 0000                            // NEW_DAEMON, version 1
      4000 0380                             // DAEMON nest, 64 bytes
        0800 0100 01000000                  // STATE master
        0900 0200 6574683000000000          // MCAST_IFN "eth0"
        0800 0300 33000000                  // SYNC_ID 51
        0600 0400 78050000                  // SYNC_MAXLEN 1400
        0800 0500 e0000052                  // MCAST_GROUP 224.0.0.82
        0600 0700 91220000                  // MCAST_PORT 8849
        0500 0800 03000000                  // MCAST_TTL 3
      """),
    Case(
      "DEL_DAEMON", .stop(.master),
      """
      20000000 2000 0500 ________ 00000000  // 32 bytes, family 0x20, REQUEST ACK, sequence, port
      0a 01 0000                            // DEL_DAEMON, version 1
      0c00 0380                             // DAEMON nest, 12 bytes
        0800 0100 01000000                  // STATE master
      """),
    Case(
      "GET_DAEMON", .syncDaemons,
      """
      14000000 2000 0103 ________ 00000000  // 20 bytes, family 0x20, REQUEST DUMP, sequence, port
      0b 01 0000                            // GET_DAEMON, version 1
      """),
    Case(
      "SET_CONFIG of two of three", .setTimeouts(ConnectionTimeouts(tcp: 1200, udp: 100)),
      """
      24000000 2000 0500 ________ 00000000  // 36 bytes, family 0x20, REQUEST ACK, sequence, port
      0c 01 0000                            // SET_CONFIG, version 1
      0800 0400 b0040000                    // TIMEOUT_TCP 1200
      0800 0600 64000000                    // TIMEOUT_UDP 100
      """),
    Case(
      "GET_CONFIG", .timeouts,
      """
      14000000 2000 0500 ________ 00000000  // 20 bytes, family 0x20, REQUEST ACK, sequence, port
      0d 01 0000                            // GET_CONFIG, version 1
      """),
    Case(
      "GET_INFO", .info,
      """
      14000000 2000 0500 ________ 00000000  // 20 bytes, family 0x20, REQUEST ACK, sequence, port
      0f 01 0000                            // GET_INFO, version 1
      """),
    Case(
      "ZERO of all", .zero(nil),
      """
      14000000 2000 0500 ________ 00000000  // 20 bytes, family 0x20, REQUEST ACK, sequence, port
      10 01 0000                            // ZERO, version 1
      """),
    Case(
      "FLUSH", .flush,
      """
      14000000 2000 0500 ________ 00000000  // 20 bytes, family 0x20, REQUEST ACK, sequence, port
      11 01 0000                            // FLUSH, version 1
      """),
  ]
}
