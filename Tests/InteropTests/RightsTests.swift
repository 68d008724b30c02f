import Glibc
import Host
import TestSupport
import Testing

/// What the daemon makes of the rights that it is given.
@Suite("Rights", .serialized, .enabled(if: Shell.isInNamespace))
struct RightsTests {
  private let lan: LAN

  init() throws { lan = try LAN(hosts: 1) }

  /// Starts the daemon behind a command that takes rights away.
  private func start(_ command: String, _ keys: String = "") throws -> Program {
    let file = try Files.write(
      "virtualRouters: [{name: vip, interface: eth0, id: 51, addresses: [10.1.0.100/32]\(keys)}]",
      to: "rights.yaml")
    // Not that of the daemon before, whose guard may still look for its lock there, and make it as another user.
    let directory = "\(Files.directory)/rights-\(Program.started)"
    try Shell.run("install -d -o 65534 -g 65534 \(directory)")
    return try lan.start(
      command.split(separator: " ").map(String.init)
        + [Program.pintle, "run", "--config", file, "--runtime-directory", directory], on: 1)
  }

  /// The policy of the thread of the virtual routers, field 41 of proc(5)'s stat: 0 is like others, 1 is SCHED_FIFO.
  private func policy(of program: Program) throws -> Int? {
    let line = try Shell.run("cat /proc/\(program.id)/task/*/stat").split(separator: "\n").first {
      $0.contains("(virtual-routers)")
    }
    // The name may have blanks; the state is field 3.
    return line?.split(separator: ")").last?.split(separator: " ").dropFirst(38).first.flatMap { Int($0) }
  }

  private func lockedKilobytes(of program: Program) throws -> Int? {
    try Shell.run("grep VmLck /proc/\(program.id)/status").split(separator: " ").dropLast().last.flatMap {
      Int($0.filter(\.isNumber))
    }
  }

  @Test(
    "Without the rights to run before others and to lock memory it says so, names the unit's keys, and works")
  func withoutRights() async throws {
    let daemon = try start("prlimit --rtprio=0 --memlock=0 setpriv --bounding-set -sys_nice,-ipc_lock")
    try await lan.expectHolder(1)
    #expect(daemon.output.contains("warning: no real-time scheduling for the virtual routers"))
    #expect(daemon.output.contains("LimitRTPRIO="))
    #expect(daemon.output.contains("warning: memory is not locked"))
    #expect(daemon.output.contains("LimitMEMLOCK=infinity"))
    #expect(try policy(of: daemon) == 0)
    #expect(try lockedKilobytes(of: daemon) == 0)
  }

  @Test(
    "With the rights the thread is real-time and memory is locked; a virtual MAC address needs no other ones")
  func withRights() async throws {
    // What the unit grants by limits, which not every machine lets its tests raise, are capabilities here.
    let rights = "net_admin,+net_raw,+sys_nice,+ipc_lock"
    let daemon = try start(
      "setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs"
        + " --bounding-set -all,+\(rights) --inh-caps -all,+\(rights) --ambient-caps -all,+\(rights)",
      ", virtualMAC: true")
    try await eventually("it is Active") { daemon.output.contains("Active, holds") }
    #expect(!daemon.output.contains("warning") && !daemon.output.contains("error"), "\(daemon.output)")
    #expect(try policy(of: daemon) == 1)
    #expect(try lockedKilobytes(of: daemon) ?? 0 > 0)
    #expect(try lan.run(1, "cat /proc/sys/net/ipv4/conf/eth0/arp_ignore") == "1\n")
    #expect(try lan.run(1, "ip -o addr").contains("10.1.0.100/32"))
  }

  @Test("The operator's programs have none of the daemon's capabilities, and the daemon keeps them")
  func withoutInheritance() async throws {
    let seen = try Files.write("", to: "seen")
    try Shell.run("chmod 666 \(seen)")
    let rights = "net_admin,+net_raw"
    let daemon = try start(
      "setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs"
        + " --bounding-set -all,+\(rights) --inh-caps -all,+\(rights) --ambient-caps -all,+\(rights)",
      ", notify: [/bin/sh, -c, \"grep Cap /proc/self/status >>\(seen)\"]")
    try await eventually("it is Active") { Files.read(seen).count(of: "CapEff") >= 2 }
    for set in ["CapPrm", "CapEff", "CapAmb"] {
      #expect(Files.read(seen).contains("\(set):\t0000000000000000\n"), "\(Files.read(seen))")
    }
    #expect(!Files.read(seen).contains("CapEff:\t0000000000003000\n"))
    let threads = try Shell.run("cat /proc/\(daemon.id)/task/*/status")
    #expect(threads.count(of: "CapAmb:\t0000000000003000\n") == threads.count(of: "CapAmb:"))
    #expect(threads.contains("Name:\tnotify\n"))
  }
}

extension String {
  /// How often a text stands in this one.
  fileprivate func count(of text: String) -> Int {
    ranges(of: text).count
  }
}
