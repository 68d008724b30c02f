import Glibc
import Host
import TestSupport
import Testing

/// Hosts on a bridge, each a network namespace with an `eth0`; everything that passes is recorded.
///
/// Host 1 has 10.1.0.1, fd00:1::1 and fe80::1, and so on.
final class LAN {
  let wire: Recording
  private var programs: [Program] = []

  /// A LAN with so many hosts.
  init(hosts: Int = 2) throws {
    var lines = [
      "set -e",
      "for n in $(ip netns list | cut -d' ' -f1); do ip netns del $n; done",
      // A namespace goes when the last of its processes has; its cable goes at once.
      "for p in /sys/class/net/port*; do ip link del ${p##*/} 2>/dev/null || true; done",
      "ip link del lan 2>/dev/null || true",
      "ip link add lan type bridge mcast_snooping 0",
      "sysctl -qw net.ipv6.conf.lan.disable_ipv6=1",
      // What other tests have left in this namespace must not answer for the hosts' addresses.
      "sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.lan.arp_ignore=1",
      "ip link set lan up promisc on",
    ]
    for host in 1...hosts {
      let name = "host\(host)"
      lines += [
        "ip netns add \(name)",
        "ip link add port\(host) type veth peer name eth0 netns \(name)",
        "ip link set port\(host) master lan up",
        "ip -n \(name) link set lo up",
        "ip -n \(name) link set eth0 addrgenmode none",
        "ip -n \(name) link set eth0 up",
        "ip -n \(name) addr add 10.1.0.\(host)/24 dev eth0",
        "ip -n \(name) addr add fd00:1::\(host)/64 dev eth0 nodad",
        "ip -n \(name) addr add fe80::\(host)/64 dev eth0 nodad",
      ]
    }
    try Shell.run(lines.joined(separator: "\n"))
    wire = try Recording(on: "lan")
  }

  deinit {
    for program in programs { program.end() }
    wire.stop()
  }

  /// Starts a program on a host.
  func start(_ command: [String], on host: Int) throws -> Program {
    let program = try Program(["ip", "netns", "exec", "host\(host)"] + command)
    programs.append(program)
    return program
  }

  /// Starts Pintle on a host with one virtual router: id 51, 10.1.0.100, 100 ms, and what `keys` say.
  func pintle(on host: Int, priority: Int, _ keys: String = "", addresses: String = "10.1.0.100/32") throws
    -> Program
  {
    try pintle(
      on: host,
      configuration: """
        virtualRouters:
          - name: vip
            interface: eth0
            id: 51
            priority: \(priority)
            addresses: [\(addresses)]
        \(keys.replacing("$HOST", with: "\(host)").split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
        """)
  }

  /// Starts Pintle on a host with a configuration.
  func pintle(on host: Int, configuration: String) throws -> Program {
    let file = try Files.write(configuration, to: "pintle-\(host).yaml")
    return try start(
      [Program.pintle, "run", "--config", file, "--runtime-directory", "\(Files.directory)/host\(host)"],
      on: host)
  }

  /// Whether a host has an address on its interface.
  func holds(_ host: Int, _ address: String = "10.1.0.100/32") throws -> Bool {
    try Shell.run("ip -n host\(host) -o addr show dev eth0").contains(" \(address) ")
  }

  /// Waits until a host has an address on its interface.
  func expectHolder(_ host: Int, _ address: String = "10.1.0.100/32", within: Duration = .seconds(8))
    async throws
  {
    try await eventually(within: within, "host \(host) holds \(address)") { try holds(host, address) }
  }

  /// Runs a line of shell on a host.
  @discardableResult
  func run(_ host: Int, _ line: String) throws -> String {
    try Shell.run("ip netns exec host\(host) sh -ec '\(line)'")
  }
}

/// Waits for a condition, with a deadline.
func eventually(
  within: Duration = .seconds(8), _ what: @autoclosure () -> String, _ condition: () throws -> Bool
) async throws {
  let deadline = BootClock.now + Int64(within.components.seconds) * 1_000_000_000
  while try !condition() {
    if BootClock.now > deadline { throw Shell.Failure(description: "in vain: \(what())") }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// Where a test keeps its files.
enum Files {
  static let directory = "/run/interop"

  static func write(_ text: String, to name: String) throws -> String {
    mkdir(directory, 0o755)
    let path = "\(directory)/\(name)"
    guard let file = fopen(path, "w") else { throw Shell.Failure(description: "\(path): \(errno)") }
    defer { fclose(file) }
    fputs(text, file)
    return path
  }

  static func read(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
