import Glibc
import Model
import Testing

@testable import HealthChecks

@Suite("The ping probe")
struct PingProbeTests {
  /// Whether this process may ask at all: by CAP_NET_RAW or by `net.ipv4.ping_group_range`.
  static let isAllowed = [Int32(SOCK_RAW.rawValue), Int32(SOCK_DGRAM.rawValue)].contains {
    let descriptor = socket(AF_INET, $0, Int32(IPPROTO_ICMP))
    defer { close(descriptor) }
    return descriptor >= 0
  }

  @Test("is answered by a host", .enabled(if: isAllowed), arguments: ["127.0.0.1", "127.0.0.77", "::1"])
  func answer(_ address: String) async throws {
    let server = Endpoint(try #require(IPAddress(address)), port: 6443)
    let report = try await Probing().report(server, .ping)
    #expect(report.result == .healthy)
    #expect(report.timings.firstByte != nil)
  }

  @Test("comes from the address that it is told to come from", .enabled(if: isAllowed))
  func source() async throws {
    let server = Endpoint(try #require(IPAddress("127.0.0.1")), port: 0)
    var check = HealthCheck(.ping, timeout: .seconds(10))
    check.source = IPAddress("127.0.0.9")
    #expect(try await Probing().report(server, by: check).result == .healthy)
    check.source = IPAddress("192.0.2.1")
    #expect(try await Probing().report(server, by: check).result == .failed(.absentSource))
  }

  @Test("many at once each hear their own reply", .enabled(if: isAllowed))
  func many() async throws {
    let server = Endpoint(try #require(IPAddress("127.0.0.1")), port: 0)
    let probing = try await Probing()
    let results = try await withThrowingTaskGroup(of: ProbeResult.self) { group in
      for _ in 0..<50 { group.addTask { try await probing.report(server, .ping).result } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results == Array(repeating: .healthy, count: 50))
  }

  @Test(
    "has the checksum that the protocol asks for", arguments: [0, 1, .max, 0x0123_4567_89AB_CDEF] as [UInt64])
  func checksum(_ token: UInt64) {
    let message = EchoRequest(.ipv4, token: token).message
    let sum = stride(from: 0, to: message.count, by: 2).reduce(0) {
      $0 + (Int(message[$1]) << 8 | Int(message[$1 + 1]))
    }
    #expect(sum % 0xFFFF == 0)
  }

  @Test("knows its reply from its own request, from another's reply and from a truncated one")
  func judgement() {
    for family in AddressFamily.allCases {
      let request = EchoRequest(family, token: 42)
      var reply = request.message
      #expect(request.judge(reply) == nil)
      reply[0] = family == .ipv4 ? 0 : 129
      #expect(request.judge(reply) == .healthy)
      if family == .ipv4 {
        #expect(request.judge([0x45] + [UInt8](repeating: 0, count: 19) + reply) == .healthy)
      }
      #expect(request.judge(reply.dropLast()) == nil)
      #expect(EchoRequest(family, token: 43).judge(reply) == nil)
      #expect(request.judge([0x4F]) == nil)
      #expect(request.judge([]) == nil)
    }
  }
}
