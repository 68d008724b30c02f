import CKernel
import Glibc
import Model
import TestSupport

/// Hosts on one switch, each a network namespace with an interface `lan`, and the TCP of the tests on them.
///
///     client 10.0.0.100, fd00::100      director1 10.0.0.1, 10.1.0.1, fd00::1      server1 10.0.0.11, fd00::11
///     far    10.1.0.100, fd01::100      director2 10.0.0.2, 10.1.0.2, fd00::2      server2 10.0.0.12, fd00::12
///                                                                                  server3 10.0.0.13, fd00::13
///
/// The switch carries two networks: `far` is a client of another network than the servers.
final class Stage {
  /// The service's address on the servers' network.
  static let address = "10.0.0.250"
  /// The same of IPv6.
  static let address6 = "fd00::250"
  /// The service's address on the far client's network.
  static let farAddress = "10.1.0.250"

  private static let addresses = [
    "client": ["10.0.0.100/24", "fd00::100/64"], "far": ["10.1.0.100/24", "fd01::100/64"],
    "director1": ["10.0.0.1/24", "10.1.0.1/24", "fd00::1/64", "fd01::1/64"],
    "director2": ["10.0.0.2/24", "10.1.0.2/24", "fd00::2/64", "fd01::2/64"],
    "server1": ["10.0.0.11/24", "fd00::11/64"], "server2": ["10.0.0.12/24", "fd00::12/64"],
    "server3": ["10.0.0.13/24", "fd00::13/64"],
  ]

  /// The servers' and the clients' sockets.
  let sockets = Sockets()
  /// The servers.
  var listeners: [Listener] = []
  /// Many connections that there are all the time.
  var crowd: Crowd? {
    didSet { if let crowd { sockets.add(crowd.descriptor, of: nil) } }
  }
  private var daemons: [String: pid_t] = [:]
  private var logs: [String: String] = [:]

  /// Builds the hosts.
  init(_ hosts: [String]) throws {
    try Self.clear()
    // Each connection has two ends here.
    var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var script =
      "set -e; ip netns add switch; ip -n switch link add lan type bridge; ip -n switch link set lan up\n"
    for host in hosts {
      script += "ip netns add \(host)\n"
      script += "ip -n switch link add \(host) type veth peer name lan netns \(host)\n"
      script += "ip -n switch link set \(host) master lan up\n"
      var lines = ["link set lo up", "link set lan up"]
      lines += (Self.addresses[host] ?? []).map {
        "address add \($0) dev lan\($0.contains(":") ? " nodad" : "")"
      }
      script += "ip -n \(host) -batch - <<END\n\(lines.joined(separator: "\n"))\nEND\n"
    }
    try Lab.shell(script)
  }

  /// Ends the daemons and takes the hosts away.
  func close() throws {
    for host in daemons.keys { kill(host, SIGKILL) }
    listeners.removeAll()
    crowd = nil
    try Self.clear()
  }

  /// Ends whatever runs on the hosts of this stage or of an earlier one, and takes the hosts away.
  ///
  /// A daemon that lives on would make its runtime directory again while it is removed.
  private static func clear() throws {
    try Lab.shell(
      """
      for host in $(ip netns list | cut -d ' ' -f 1); do
        tries=0
        while pids=$(ip netns pids $host) && [ -n "$pids" ]; do
          tries=$((tries + 1)); [ $tries -lt 200 ] || { echo "on $host live on: $pids" >&2; exit 1; }
          kill -KILL $pids 2>/dev/null; sleep 0.05
        done
        ip netns delete $host
      done
      rm -rf /run/stage && mkdir /run/stage
      """)
  }

  // MARK: - Commands

  /// Runs a line of shell on a host.
  @discardableResult
  func on(_ host: String, _ line: String) throws -> String {
    try Lab.shell("ip netns exec \(host) sh -c '\(line)'")
  }

  /// Runs a line of shell on a host, while servers and clients go on.
  func onStage(_ host: String, _ line: String) throws {
    let output = "/run/stage/output"
    let command = "exec ip netns exec \(host) \(line) >\(output) 2>&1"
    let words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command].map { (word: String) in strdup(word) }
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    guard posix_spawn(&pid, "/bin/sh", nil, nil, words + [nil], environ) == 0 else {
      throw Lab.Failure(description: "no shell")
    }
    var status: Int32 = -1
    pump(until: { waitpid(pid, &status, WNOHANG) != 0 }, within: .seconds(60))
    guard status == 0 else {
      throw Lab.Failure(description: "`\(line)` ended with \(status >> 8): \(try Lab.shell("cat \(output)"))")
    }
  }

  /// Starts the daemon on a host and waits until it serves.
  func start(_ host: String, _ configuration: String) throws {
    let file = "/run/stage/\(host).yaml"
    try Lab.write(configuration, to: file)
    let log = "/run/stage/\(host).log"
    logs[host] = log
    // An earlier life of it has said so as well.
    func starts() throws -> Int {
      Int(try Lab.shell("grep -cF \"serving \" \(log) 2>/dev/null || true").dropLast()) ?? 0
    }
    let before = try starts()
    let pid = try Lab.shell(
      """
      ip netns exec \(host) \(Lab.pintle) run --runtime-directory /run/stage/\(host) --config \(file) >>\(log) 2>&1 & 
      echo $!
      """)
    daemons[host] = pid_t(pid.dropLast()) ?? 0
    try wait("\(host) serves") { try starts() > before }
  }

  /// What the daemon of a host said.
  func log(_ host: String) throws -> String { try Lab.shell("cat \(logs[host] ?? "/dev/null")") }

  /// How many servers a host's table has.
  func servers(_ host: String) throws -> Int { try weights(host).count }

  /// How many of them take connections: a Backup has those in its table, too, that are out.
  func serving(_ host: String) throws -> Int { try weights(host).count { $0.weight > 0 } }

  /// The servers of a host's table by their addresses, with their weights: read without another process, so that they
  /// can be asked for often.
  func weights(_ host: String) throws -> [(server: String, weight: Int)] {
    let text = try onHost(host) { () -> String in
      guard let file = fopen("/proc/thread-self/net/ip_vs", "r") else { return "" }
      defer { fclose(file) }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      return String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
    }
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      // The title has an arrow as well, and no weight.
      guard words.first == "->", words.count > 3, let weight = Int(words[3]) else { return nil }
      // An IPv4 address is a number.
      guard let number = UInt32(words[1].prefix(8), radix: 16) else { return (String(words[1]), weight) }
      let octets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
      return (IPAddress(octets: octets)?.description ?? "", weight)
    }
  }

  /// Whether a host has an address, asked without another process.
  func holds(_ host: String, _ address: String) throws -> Bool {
    let address = try SocketAddress(address.contains(":") ? "[\(address)]:1" : "\(address):1")
    return try onHost(host) {
      let probe = socket(address.family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      defer { Glibc.close(probe) }
      return address.withPointer { bind(probe, $0, $1) } == 0
    }
  }

  /// Sends a signal to the daemon of a host.
  func kill(_ host: String, _ signal: Int32) {
    guard let pid = daemons[host], pid > 0 else { return }
    Glibc.kill(pid, signal)
    if signal == SIGKILL || signal == SIGTERM { daemons[host] = nil }
  }

  /// Pulls a host's cable, or plugs it in again.
  func cable(_ host: String, isPlugged: Bool) throws {
    try Lab.shell("ip -n switch link set \(host) \(isPlugged ? "up" : "down")")
  }

  // MARK: - TCP

  /// Has a server listen on an address.
  @discardableResult
  func listen(_ host: String, _ endpoint: String) throws -> Listener {
    let listener = try Listener(host: host, endpoint, among: sockets)
    listeners.append(listener)
    return listener
  }

  /// Has a client begin to connect.
  func begin(_ host: String, to endpoint: String) throws -> Stream {
    let address = try SocketAddress(endpoint)
    let stream = Stream(try onHost(host) { streamSocket(for: address) }, to: address)
    sockets.add(stream.descriptor, of: stream)
    return stream
  }

  /// Connects a client, and has it hear who serves it; nil where that fails within the time.
  func connect(_ host: String, to endpoint: String, within time: Duration = .seconds(10)) throws -> Stream? {
    let stream = try begin(host, to: endpoint)
    stream.send("hello\n")
    let isServed = pump(until: { stream.lines > 0 || stream.end != nil }, within: time)
    return isServed && stream.end == nil ? stream : nil
  }

  /// Who serves each of some connections, and whom it sees: `server1 10.0.0.250`.
  func ask(_ host: String, _ endpoint: String, times: Int = 4) throws -> Set<String> {
    Set(
      try (0..<times).map { _ in
        guard let stream = try connect(host, to: endpoint), let name = stream.name, let source = stream.source
        else { return "nobody" }
        return "\(name) \(source)"
      })
  }

  /// Lets servers and clients do their work until something is so; whether it came to be.
  @discardableResult
  func pump(until isDone: () -> Bool = { false }, within time: Duration) -> Bool {
    let deadline = ContinuousClock.now + time
    while !isDone() {
      if ContinuousClock.now > deadline { return false }
      sockets.serve(within: .milliseconds(10))
      try? crowd?.turn()
    }
    return true
  }

  /// Waits for a condition that commands find out.
  func wait(_ what: String, within time: Duration = .seconds(60), until isDone: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + time
    while try !isDone() {
      if ContinuousClock.now > deadline {
        let said = try logs.keys.sorted().map { "\($0):\n\(try log($0))" }.joined()
        throw Lab.Failure(description: "waited \(time) in vain: \(what)\n\(said)")
      }
      pump(within: .milliseconds(50))
    }
  }
}
