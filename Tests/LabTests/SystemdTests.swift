import Control
import Glibc
import IPVS
import Model
import Testing

/// The daemon as a service of a host: the unit of `deploy/systemd` under a real systemd with its journal.
@Suite("Under systemd", .enabled(if: Lab.hasSystemd, "needs scripts/lab --systemd"), .serialized)
struct SystemdTests {
  private let service = Service()

  private static let services = """
    services:
      - name: api
        address: 10.0.0.250:6443
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 1s, timeout: 900ms}

    """

  private static let router = """
    virtualRouters:
      - name: vip
        interface: lan
        id: 51
        addresses: [10.0.0.250/24]

    """

  @Test("It is ready only once the table is programmed, as its own user and with two capabilities")
  func start() throws {
    try service.stage()
    try service.start(Self.services + Self.router)
    #expect(try Lab.shell("ipvsadm -S -n").contains("-A -t 10.0.0.250:6443 -s wlc"))
    #expect(try service.property("StatusText") == "1 service, 1 virtual router")
    let pid = try service.property("MainPID")
    #expect(try Lab.shell("ps -o user= -p \(pid)") == "pintle\n")
    let capabilities = try Lab.shell("grep CapEff /proc/\(pid)/status")
    // CAP_NET_ADMIN is 12, CAP_NET_RAW is 13.
    #expect(capabilities == "CapEff:\t0000000000003000\n")
    try service.wait("the virtual address") { try Lab.shell("ip address show lan").contains("10.0.0.250/24") }
    #expect(try Lab.shell("ps -L -o cls=,comm= -p \(pid)").contains("FF virtual-routers"))
    try service.wait("both servers") { try service.status().services.first?.quorum.has == 2 }
    let text = try service.pintle("status").output
    #expect(text.contains("10.0.0.11:6443") && text.contains("vip (51)"), "\(text)")
  }

  @Test("A program that checks has neither its capabilities nor its protection, and the guard has them")
  func programs() throws {
    try service.stage()
    let script = "(grep CapEff /proc/self/status; cat /proc/self/oom_score_adj) >/run/pintle/seen"
    let services = """
      services:
        - name: api
          address: 10.0.0.250:6443
          servers: [10.0.0.11]
          check: {exec: {command: [/bin/sh, -c, "\(script)"]}, interval: 5s, timeout: 4s}

      """
    try service.start(services)
    try service.wait("the program has run") {
      try Lab.shell("cat /run/pintle/seen || true") == "CapEff:\t0000000000000000\n0\n"
    }
    // From the thread that has started programs before.
    try service.configure(services + Self.router)
    try Lab.shell("systemctl reload pintle")
    let pid = try Lab.shell("pgrep -u pintle -f 'pintle guard'").dropLast()
    #expect(try Lab.shell("grep CapEff /proc/\(pid)/status") == "CapEff:\t0000000000003000\n")
    #expect(try Lab.shell("cat /proc/\(pid)/oom_score_adj") == "-900\n")
  }

  @Test(
    "Without root a virtual MAC address is made, with the kernel's parameters, and removed; memory is locked")
  func virtualMAC() throws {
    try service.stage()
    let parameter = "cat /proc/sys/net/ipv4/conf/lan/arp_ignore"
    let before = try Lab.shell(parameter)
    #expect(before != "1\n")
    try service.start(
      """
      virtualRouters:
        - {name: vip, interface: lan, id: 51, addresses: [10.0.0.251/32], virtualMAC: true}

      """)
    let devices = "ip -d -o link show type macvlan"
    try service.wait("the virtual address") {
      try Lab.shell("ip -o address show").contains(" 10.0.0.251/32 ")
        && Lab.shell("\(devices) up").contains("00:00:5e:00:01:33")
    }
    let device = try Lab.shell("\(devices) | cut -d ' ' -f 2 | cut -d @ -f 1").dropLast()
    #expect(try Lab.shell("ip -o address show dev \(device)").contains("10.0.0.251/32"))
    #expect(try Lab.shell("cat /proc/sys/net/ipv4/conf/\(device)/arp_ignore") == "1\n")
    #expect(try Lab.shell(parameter) == "1\n")
    let locked = try Lab.shell("grep VmLck /proc/\(service.property("MainPID"))/status")
    #expect(Int(locked.filter(\.isNumber)) ?? 0 > 0, "\(locked)")
    try Lab.shell("systemctl stop pintle")
    #expect(try Lab.shell(devices).isEmpty)
    #expect(try Lab.shell(parameter) == before)
    let complaints = ["parameter-refused", "router-virtual-mac-failed", "not-real-time", "memory-not-locked"]
    for kind in complaints { #expect(try service.journal(of: kind).isEmpty, "\(kind)") }
  }

  @Test("A daemon that is killed, and cannot start again, leaves its address to the peer")
  func killedForGood() throws {
    try service.stage()
    let address = "10.0.0.251/32"
    try service.start(
      "virtualRouters:\n  - {name: vip, interface: lan, id: 51, addresses: [\(address)]}\n")
    try service.wait("the virtual address") { try Lab.shell("ip -o address show").contains(" \(address) ") }
    try service.configure("services: [")
    try Lab.shell("systemctl kill --kill-who=main -s KILL pintle")
    try service.wait("the address is gone") { try !Lab.shell("ip -o address show").contains(" \(address) ") }
    try Lab.shell("systemctl stop pintle; journalctl --sync")
    #expect(try service.journal(of: "router-guard-acted").count == 1)
    #expect(
      try Lab.shell("cat /sys/fs/cgroup/system.slice/pintle.service/cgroup.procs 2>/dev/null || true").isEmpty
    )
  }

  @Test("A configuration with an error is not started with, and the journal says why")
  func badStart() throws {
    try Lab.shell("systemctl stop pintle")
    try service.configure("services: [")
    #expect(try Lab.shell("systemctl start pintle; echo $?").hasSuffix("1\n"))
    try Lab.shell("systemctl stop pintle; journalctl --sync")
    #expect(try Lab.shell("journalctl -u pintle -o cat").contains("/etc/pintle/pintle.yaml:"))
  }

  @Test("A reload waits for its result; a bad one fails, and the old configuration runs on")
  func reload() throws {
    try service.stage()
    try service.start(Self.services)
    try service.configure(Self.services.replacing("servers:", with: "sevrers:"))
    #expect(try Lab.shell("systemctl reload pintle; echo $?").hasSuffix("1\n"))
    let refused = try service.pintle("reload")
    #expect(refused.status == 1)
    #expect(
      refused.errors.contains("pintle.yaml:4:") && refused.errors.contains("servers"), "\(refused.errors)")
    let status = try service.status()
    #expect(status.generation == 1)
    #expect(status.lastReload?.error?.contains("pintle.yaml") == true)
    #expect(try service.journal(of: "reload-failed").last?["PRIORITY"] == "3")
    #expect(try service.property("ActiveState") == "active")

    try service.configure(Self.services.replacing("name: api", with: "name: api2"))
    #expect(try Lab.shell("systemctl reload pintle; echo $?") == "0\n")
    #expect(try service.status().generation == 2)
    #expect(try service.status().lastReload?.error == nil)
    #expect(try service.journal(of: "reloaded").last?["PINTLE_GENERATION"] == "2")
  }

  @Test("A daemon that hangs is begun again by the watchdog, and takes over what it left")
  func watchdog() throws {
    try service.stage()
    try service.start(Self.services)
    try service.wait("both servers") { try service.status().services.first?.quorum.has == 2 }
    let table = try Lab.shell("ipvsadm -S -n")
    let pid = try service.property("MainPID")
    try Lab.shell("kill -STOP \(pid)")
    try service.wait("the restart", within: .seconds(60)) {
      try service.property("MainPID") != pid && service.property("ActiveState") == "active"
    }
    #expect(try service.property("NRestarts") != "0")
    #expect(try Lab.shell("ipvsadm -S -n") == table)
    #expect(try service.journal(of: "started").last?["PINTLE_COUNT"] == "0")
  }

  @Test("A restart under load loses no connection, old or new")
  func restart() throws {
    let stage = try service.stage()
    try service.start(Self.services)
    try service.wait("both servers") { try service.status().services.first?.quorum.has == 2 }
    var old: [Stream] = []
    for _ in 0..<10 { old.append(try #require(try stage.connect("client", to: "10.0.0.250:6443"))) }
    let pid = try service.property("MainPID")
    try Lab.shell("systemctl --no-block restart pintle")
    var count = 0
    var isOver = false
    while !isOver {
      // The last ones begin after it.
      isOver = try service.property("MainPID") != pid && service.property("ActiveState") == "active"
      for _ in 0..<10 {
        count += 1
        #expect(try stage.connect("client", to: "10.0.0.250:6443") != nil)
      }
    }
    for stream in old { stream.send("still here\n") }
    let all = stage.pump(
      until: { old.allSatisfy { $0.received.count { $0 == "\n" } == 2 } }, within: .seconds(10))
    #expect(all, "of \(old.count) old connections; \(count) new ones came through")
    #expect(count > 20)
  }

  @Test("The socket answers curl, serves the members of its group, and refuses others with a sentence")
  func rights() throws {
    try service.stage()
    try service.start(Self.services)
    let curl = "curl -s --max-time 20 --unix-socket /run/pintle/pintle.sock"
    let answer = try Lab.shell("\(curl) http://localhost/v1/status")
    #expect(try JSON.decode(StatusRecord.self, from: Array(answer.utf8)).services.first?.name == "api")
    #expect(
      try Lab.shell("\(curl) http://localhost/metrics").contains("pintle_service_quorum{service=\"api\"}"))

    #expect(try Lab.shell("stat -c '%a %U %G' /run/pintle/pintle.sock") == "660 pintle pintle\n")
    let member = try service.pintle("drain 10.0.0.12", as: "--reuid 65534 --regid pintle --clear-groups")
    #expect(member.status == 0 && member.output == "api: 10.0.0.12:6443 drains\n", "\(member)")
    let another = try service.pintle("status", as: "--reuid 65534 --regid 65534 --clear-groups")
    #expect(another.status == 1)
    #expect(
      another.errors.contains(
        "no permission for /run/pintle/pintle.sock: be root or a member of group pintle"))

    // Let in by the mode, they may ask, and change nothing.
    try Lab.shell("chmod 666 /run/pintle/pintle.sock")
    #expect(try service.pintle("status", as: "--reuid 65534 --regid 65534 --clear-groups").status == 0)
    let refused = try service.pintle("undrain 10.0.0.12", as: "--reuid 65534 --regid 65534 --clear-groups")
    #expect(refused.status == 1 && refused.errors.contains("not permitted"), "\(refused)")
    try service.wait("the drained server") {
      try service.status().services.first?.servers.last?.state == .maintenance
    }
    #expect(try service.pintle("undrain 10.0.0.12").status == 0)
  }

  @Test("On a host that is a server as well both units work side by side, in either order, and beside root")
  func coLocated() throws {
    try service.stage()
    let own = """
        - {name: own, address: 10.0.0.251:6443, forwarding: direct, servers: [10.0.0.1, 10.0.0.11]}

      """
    try service.start(Self.services + own)
    try Lab.shell("systemctl start pintle-realserver")
    defer { _ = try? Lab.shell("systemctl stop pintle-realserver") }
    #expect(try service.pintle("realserver status").status == 0)
    // What the daemon must remember for this, it still can.
    let drained = try service.pintle("drain 10.0.0.12")
    #expect(drained.status == 0, "\(drained)")
    try Lab.shell("systemctl restart pintle; systemctl restart pintle-realserver; systemctl reload pintle")
    #expect(try service.pintle("undrain 10.0.0.12").status == 0)

    try Lab.shell(
      "systemctl stop pintle; rm -rf /run/pintle/*; umask 077; pintle cleanup; systemctl start pintle")
    #expect(try service.property("ActiveState") == "active")
    // By hand, what the unit has made is undone as well.
    #expect(try service.pintle("realserver down").status == 0)
    #expect(try Lab.shell("cat /proc/sys/net/ipv4/conf/all/arp_ignore") == "0\n")
  }

  @Test("The journal has of every event what is documented, and nothing else")
  func fields() throws {
    let documented = try DocumentedEvents()
    try Lab.shell("systemctl stop pintle")
    let entries = try service.journal(of: nil)
    #expect(entries.count > 10)
    let always: Set = ["MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER"]
    for entry in entries {
      let own = Set(entry.keys.filter { !$0.hasPrefix("_") })
      let fields = documented.fields[entry["MESSAGE_ID"] ?? ""]
      #expect(own.isSuperset(of: always) && own.subtracting(always).isSubset(of: fields ?? []), "\(entry)")
      #expect(entry["SYSLOG_IDENTIFIER"] == "pintle" && entry["_SYSTEMD_UNIT"] == "pintle.service")
    }
  }
}
