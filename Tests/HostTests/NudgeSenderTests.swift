import CKernel
import Glibc
import Host
import Model
import TestSupport
import Testing

@Suite("A nudge", .serialized, .enabled(if: Shell.isInNamespace))
struct NudgeSenderTests {
  /// TCP_ESTABLISHED and TCP_SYN_SENT (net/tcp_states.h).
  private enum State: UInt8 { case established = 1, waitsForServer = 2 }

  /// This host is client and server; to 10.66.0.9 a way leads on which nobody answers.
  private static let addresses = """
    ip address add 10.66.0.1/32 dev lo; ip address add 10.66.0.2/32 dev lo; ip link set lo up
    ip link add nudge0 type veth peer name nudge1; ip link set nudge0 up; ip link set nudge1 up
    ip route add 10.66.0.9 dev nudge0 src 10.66.0.2
    ip neighbour add 10.66.0.9 lladdr 02:00:00:00:00:09 dev nudge0
    """
  private static let noAddresses = """
    ip link delete nudge0; ip address delete 10.66.0.1/32 dev lo; ip address delete 10.66.0.2/32 dev lo
    """

  private func address(_ text: String, _ port: UInt16) throws -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    try #require(inet_pton(AF_INET, text, &address.sin_addr) == 1)
    return address
  }

  private func with<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// A socket that begins to connect from 10.66.0.2, and its port.
  private func client(to server: String, _ port: UInt16) throws -> (socket: Int32, port: UInt16) {
    let client = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var own = try address("10.66.0.2", 0)
    var other = try address(server, port)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try #require(with(&own) { bind(client, $0, $1) } == 0)
    _ = with(&other) { connect(client, $0, $1) }
    try #require(with(&own) { pointer, _ in getsockname(client, pointer, &length) } == 0)
    return (client, UInt16(bigEndian: own.sin_port))
  }

  private func state(of socket: Int32) -> State? {
    // struct tcp_info begins with it.
    var state: UInt8 = 0
    var length: socklen_t = 1
    guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &state, &length) == 0 else { return nil }
    return State(rawValue: state)
  }

  /// How often this host's TCP has answered with what it has (TCPChallengeACK).
  private func challenges() throws -> Int {
    let lines = try Shell.run("grep ^TcpExt: /proc/self/net/netstat").split(separator: "\n").map {
      $0.split(separator: " ")
    }
    try #require(lines.count == 2)
    return Int(lines[1][try #require(lines[0].firstIndex(of: "TCPChallengeACK"))]) ?? 0
  }

  private func nudge(_ client: UInt16, from service: String, _ sender: borrowing NudgeSender) throws {
    let service = try #require(Endpoint(service))
    let client = Endpoint(.ipv4(IPv4Address(10, 66, 0, 2)), port: client)
    try sender.send(try #require(Nudge(from: service, to: client)))
  }

  @Test("makes a client speak, and leaves one alone that still waits for its server on the same port")
  func states() throws {
    _ = try Shell.run("set -e; \(Self.addresses)")
    defer { _ = try? Shell.run(Self.noAddresses) }
    let sender = try NudgeSender()
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var own = try address("10.66.0.1", 6443)
    try #require(with(&own) { bind(listener, $0, $1) } == 0 && listen(listener, 1) == 0)
    let connected = try client(to: "10.66.0.1", 6443)
    let waiting = try client(to: "10.66.0.9", 6443)
    defer { for socket in [listener, connected.socket, waiting.socket] { close(socket) } }
    #expect(state(of: connected.socket) == .established)
    #expect(state(of: waiting.socket) == .waitsForServer)

    // What is sent to this host itself has arrived when the call returns.
    let before = try challenges()
    try nudge(connected.port, from: "10.66.0.1:6443", sender)
    #expect(try challenges() == before + 1)
    #expect(state(of: connected.socket) == .established)
    try nudge(waiting.port, from: "10.66.0.9:6443", sender)
    #expect(state(of: waiting.socket) == .waitsForServer)
  }
}
