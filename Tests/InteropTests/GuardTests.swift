import Glibc
import TestSupport
import Testing

/// What happens to the addresses of a daemon that was killed and that nobody starts again.
@Suite("The guard of a killed daemon's addresses", .serialized, .enabled(if: Shell.isInNamespace))
struct GuardTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  /// A daemon that is Active on host 1, with its guard's process.
  private func active(_ keys: String = "", address: String = "10.1.0.100/32") async throws
    -> (daemon: Program, guardian: pid_t)
  {
    let daemon = try lan.pintle(on: 1, priority: 150, keys, addresses: address)
    try await eventually("it is Active") { daemon.output.contains("Active, holds") }
    let children = try Shell.run("pgrep -P \(daemon.id)").filter { !$0.isWhitespace }
    return (daemon, try #require(pid_t(children)))
  }

  /// Whether host 1 has an address on any interface.
  private func holds(_ address: String = "10.1.0.100/32") throws -> Bool {
    try Shell.run("ip -n host1 -o addr show").contains(" \(address) ")
  }

  private static func lives(_ process: pid_t) throws -> Bool {
    let state = try Shell.run("cat /proc/\(process)/stat 2>/dev/null || true")
    return !state.isEmpty && !state.contains(") Z")
  }

  @Test(
    "Two hold an address for an interval at most, and hardly a moment nobody does",
    arguments: [
      ("10.1.0.100/32", ""), ("fd00:1::100/128", ""), ("10.1.0.100/32", "virtualMAC: true"),
    ])
  func oneHolder(_ address: String, _ keys: String) async throws {
    let (first, _) = try await active(keys, address: "\"\(address)\"")
    let second = try lan.pintle(on: 2, priority: 100, keys, addresses: "\"\(address)\"")
    try await eventually("host 2 knows host 1") { second.output.contains("Backup") }
    let (lost, won) = (try AddressMonitor(of: 1), try AddressMonitor(of: 2))

    first.signal(SIGKILL)
    try await eventually("both have done their part") {
      lost.time(of: address) != nil && won.time(of: address) != nil
    }
    let gone = try #require(lost.time(of: address))
    let taken = try #require(won.time(of: address))
    print("\(address) \(keys): taken \((gone - taken) * 1000) ms before it was gone")
    #expect(try !holds(address))
    #expect(gone - taken < 0.1 + 0.1, "an interval, and what a busy machine takes")
    #expect(taken - gone < 0.1, "so long nobody has it")
    try await eventually("it is told") {
      first.output.contains("the daemon died: removed \(address)")
    }
  }

  @Test("Where the daemon is started again it is left to that one, even if it is Active at once")
  func restart() async throws {
    let (first, guardian) = try await active("advertisementInterval: 1s")
    first.signal(SIGKILL)
    let again = try lan.pintle(on: 1, priority: 255, "advertisementInterval: 1s")
    try await eventually("the leftover is told") { again.output.contains("left from before") }
    try await eventually("it is Active") { again.output.contains("Active, holds") }
    #expect(try Self.lives(guardian), "it waits for a peer to take over")
    try await eventually("the guard has ended") { try !Self.lives(guardian) }
    #expect(try holds())
    #expect(!again.output.contains("put back") && !first.output.contains("the daemon died"))
  }

  @Test(
    "What neither has taken off goes at the next start, even where the router is on another interface by then",
    arguments: [false, true])
  func movedRouter(virtualMAC: Bool) async throws {
    let (daemon, guardian) = try await active()
    kill(guardian, SIGKILL)
    daemon.end()
    _ = try lan.pintle(on: 2, priority: 200)
    try await lan.expectHolder(2)
    #expect(try lan.holds(1), "nobody was there to take it off")
    try Shell.run(
      """
      ip link add port9 type veth peer name other netns host1
      ip link set port9 master lan up
      ip -n host1 addr add 10.1.0.9/24 dev other
      ip -n host1 link set other up
      """)
    let again = try lan.pintle(
      on: 1,
      configuration: """
        virtualRouters:
          - {name: vip, interface: other, id: 51, priority: 90, addresses: [10.1.0.100/32], virtualMAC: \(virtualMAC)}
        """)
    try await eventually("the leftover is gone") { try !lan.holds(1) }
    try await eventually("it is told") { again.output.contains("removed 10.1.0.100/32 from eth0") }
    #expect(try lan.holds(1, "10.1.0.1/24") && lan.holds(2))
  }

  @Test("Neither a signal nor a command that has the lock for a moment keeps it from its work")
  func disturbed() async throws {
    let (daemon, guardian) = try await active()
    // The daemon reloads; the guard must not keep it for later.
    for process in [daemon.id, guardian] { kill(process, SIGHUP) }
    try await eventually("it has reloaded") { daemon.output.contains("configuration 2 runs") }
    daemon.signal(SIGKILL)
    kill(guardian, SIGTERM)
    try await eventually("the daemon has let go of the lock, and another one has it") {
      try Shell.run("flock -n /run/interop/host1/lock true && echo free || true").contains("free")
    }
    try Shell.run("flock -w 1 /run/interop/host1/lock sleep 1")
    try await eventually("the address is gone") { try !holds() }
    try await eventually("it is told") { daemon.output.contains("the daemon died: removed") }
  }

  @Test("It knows what a reload and a repair have put on the interface")
  func putBack() async throws {
    let (daemon, _) = try await active()
    let file = "\(Files.directory)/pintle-1.yaml"
    let text = Files.read(file).replacing("10.1.0.100/32", with: "10.1.0.100/24")
    _ = try Files.write(text, to: "pintle-1.yaml")
    daemon.signal(SIGHUP)
    try await eventually("it holds the address with the other prefix") { try holds("10.1.0.100/24") }
    daemon.signal(SIGKILL)
    try await eventually("it is gone") { try !holds("10.1.0.100/24") }
    #expect(try holds("10.1.0.1/24"))
  }

  @Test("It has nothing of the daemon's but its output, is no real-time process, and heeds no signal")
  func surroundings() async throws {
    let (daemon, guardian) = try await active()
    let descriptors = try Shell.run("ls /proc/\(guardian)/fd").split(whereSeparator: \.isWhitespace)
    #expect(descriptors == ["0", "1", "2"])
    #expect(try Shell.run("chrt -p \(guardian)").contains("SCHED_OTHER"))
    for signal in [SIGINT, SIGTERM, SIGHUP] { kill(guardian, signal) }
    daemon.terminate()
    try await eventually("it ends with the daemon") { try !Self.lives(guardian) }
    #expect(try !holds())
    #expect(!daemon.output.contains("the daemon died"))
  }

  @Test("A guard that is gone is told, once, and the daemon goes on without it")
  func gone() async throws {
    let (daemon, guardian) = try await active()
    kill(guardian, SIGKILL)
    try Shell.run("ip -n host1 addr del 10.1.0.100/32 dev eth0")
    try await eventually("it is told") { daemon.output.contains("there is no guard") }
    try await lan.expectHolder(1)
    try Shell.run("ip -n host1 addr del 10.1.0.100/32 dev eth0")
    try await eventually("it is put back again") { daemon.output.ranges(of: "put back").count == 2 }
    #expect(daemon.output.ranges(of: "there is no guard").count == 1)
  }
}
