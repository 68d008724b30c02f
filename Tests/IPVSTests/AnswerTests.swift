import IPVS
import Model
import Netlink
import TestSupport
import Testing

/// What a kernel answers, byte by byte.
@Suite("Answers of the kernel")
struct AnswerTests {
  @Test("A service's answer pads an IPv4 address to 16 bytes, and its own flag is not the configuration's")
  func service() throws {
    let nest = hex(
      """
      0600 0100 02000000                          // AF AF_INET
      0600 0200 06000000                          // PROTOCOL TCP
      1400 0300 0a0000fa000000000000000000000000  // ADDR 10.0.0.250, padded
      0600 0400 192b0000                          // PORT 6443
      0700 0600 73680000                          // SCHED_NAME "sh"
      0c00 0700 1b000000ffffffff                  // FLAGS persistent, hashed, flag-1, flag-2
      0800 0800 2c010000                          // TIMEOUT 300
      0800 0900 ffffff00                          // NETMASK 255.255.255.0
      1400 0a00                                   // STATS nest: only the wide one counts
        0800 0100 63000000                        //   CONNS 99
        0800 0200 00000000                        //   INPKTS
      2c00 0c00                                   // STATS64 nest
        0c00 0100 0200000001000000                //   CONNS 2^32 + 2
        0400 0b00                                 //   padding
        0c00 0400 0a00000000000000                //   INBYTES 10
        0c00 0a00 0700000000000000                //   OUTBPS 7
      """)
    let status = try #require(try ServiceStatus(decoding: nest.span.bytes))
    #expect(
      status.service
        == VirtualService(
          RequestTests.tcp, scheduler: .sourceHashing, schedulerFlags: [.flag1, .flag2],
          persistence: Persistence(timeout: 300, prefixLength: 24, family: .ipv4)))
    #expect(status.statistics.connections == 1 << 32 + 2)
    #expect(status.statistics.incomingBytes == 10)
    #expect(status.statistics.outgoingByteRate == 7)
  }

  @Test("A destination's answer carries its connections and its tunnel")
  func server() throws {
    let nest = hex(
      """
      1400 0100 fd000000000000000000000000000011  // ADDR fd00::11
      0600 0200 192b0000                          // PORT 6443
      0800 0300 02000000                          // FWD_METHOD 2 tunnel
      0800 0400 05000000                          // WEIGHT 5
      0800 0500 64000000                          // U_THRESH 100
      0800 0600 32000000                          // L_THRESH 50
      0800 0700 03000000                          // ACTIVE_CONNS 3
      0800 0800 04000000                          // INACT_CONNS 4
      0800 0900 01000000                          // PERSIST_CONNS 1
      0600 0b00 0a000000                          // ADDR_FAMILY AF_INET6
      0500 0d00 01000000                          // TUN_TYPE gue
      0600 0e00 17c00000                          // TUN_PORT 6080
      0600 0f00 02000000                          // TUN_FLAGS remote checksum
      """)
    let status = try ServerStatus(decoding: nest.span.bytes, serviceFamily: .ipv4)
    #expect(status.server == RequestTests.far)
    #expect(status.connections == ConnectionCounts(active: 3, inactive: 4, persistent: 1))
  }

  @Test("A service of a protocol without a name here is passed over, not an error")
  func foreignProtocol() throws {
    let nest = hex("0600 0100 02000000 0600 0200 2f000000 0800 0300 0a0000fa 0700 0600 72720000")
    #expect(try ServiceStatus(decoding: nest.span.bytes) == nil)
  }

  @Test(
    "Bytes that are no answer are an error",
    arguments: [
      ("an attribute longer than its nest", "0800 0100 0200", WireError.truncated(needed: 8, available: 6)),
      ("an attribute shorter than its header", "0300 0100 02000000", .truncated(needed: 4, available: 3)),
      ("half a header", "0600", .truncated(needed: 4, available: 2)),
      ("a family of four bytes", "0800 0100 02000000", .wrongLength(expected: 2, found: 4)),
      ("a string without an end", "0600 0100 02000000 0700 0600 776c6300", .notAString),
      (
        "an address of three bytes", "0600 0100 02000000 0600 0200 06000000 0700 0300 0a000000",
        .missing(attribute: 3)
      ),
      (
        "no scheduler", "0600 0100 02000000 0600 0200 06000000 0800 0300 0a0000fa 0600 0400 192b0000",
        .invalid(attribute: 6)
      ),
    ])
  func malformed(_ name: String, _ bytes: String, _ error: WireError) {
    #expect(throws: error) { try ServiceStatus(decoding: hex(bytes).span.bytes) }
  }

  @Test("What is written reads back, whatever it is", arguments: 1...200)
  func properties(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let table = ForwardingTable.random(using: &generator)
    for entry in table.sortedEntries {
      var writer = MessageWriter()
      entry.service.encode(into: &writer)
      #expect(try ServiceStatus(decoding: writer.bytes.span.bytes)?.service == entry.service, "seed \(seed)")
      for server in entry.sortedServers {
        var writer = MessageWriter()
        server.encode(into: &writer)
        let status = try ServerStatus(
          decoding: writer.bytes.span.bytes, serviceFamily: entry.service.key.family)
        #expect(status.server == server, "seed \(seed)")
      }
    }
  }

  @Test("A sync daemon reads back as it was written, with and without each of its options")
  func daemons() throws {
    var daemon = SyncDaemon(.backup, interface: "bond0.100", syncID: 255)
    for change in [
      { (daemon: inout SyncDaemon) in daemon.maximumLength = 1400 }, { $0.group = IPAddress("ff02::81") },
      { $0.group = IPAddress("224.0.0.82") }, { $0.port = 1 }, { $0.timeToLive = 255 },
    ] {
      change(&daemon)
      var writer = MessageWriter()
      daemon.encode(into: &writer)
      #expect(try SyncDaemon(decoding: writer.bytes.span.bytes) == daemon)
    }
  }
}
