import Glibc
import IPVS
import Model
import Testing

/// Another configuration in the place of the one that runs.
@Suite("A reload", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct ReloadTests {
  private static let bad: [(String, String?, String)] = [
    ("a syntax error", DirectorTests.configuration + "  - [\n", "pintle.yaml:"),
    ("an unknown key", DirectorTests.configuration.replacing("scheduler:", with: "schedular:"), "schedular"),
    ("an empty file", "", "pintle.yaml"),
    ("no file", nil, "No such file or directory"),
    (
      "an unreadable authority file",
      DirectorTests.configuration.replacing(
        "\(DaemonProcess.fileCheck)", with: "{https: {path: /readyz, ca: /nowhere/ca.crt}}"),
      "/nowhere/ca.crt"
    ),
  ]

  @Test("with anything wrong in it changes nothing and says why; checks go on, and a good one is taken in")
  func goodAndBad() throws {
    let daemon = try DirectorTests.started()
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    for (what, text, reason) in Self.bad {
      try daemon.configure(text)
      try daemon.reload()
      let line = try daemon.log.split(separator: "\n").last { $0.contains("reload failed") }
      #expect(line?.contains("configuration 1 runs on") == true && line?.contains(reason) == true, "\(what)")
      #expect(try DirectorTests.saved() == DirectorTests.table, "\(what)")
    }
    // The old checks still tell.
    try Lab.shell("rm \(DaemonProcess.file(of: "10.0.0.12"))")
    try daemon.wait("the silenced server") {
      try DirectorTests.saved().contains("-a -t 10.0.0.250:6443 -r 10.0.0.12:6443 -m -w 0")
    }

    // Another weight for all: of the one that is out it counts later, and its state is not asked for anew.
    try daemon.configure(DirectorTests.configuration.replacing("weight: 3", with: "weight: 5"))
    try daemon.reload()
    #expect(try daemon.log.contains("configuration 2 runs: 1 change of the table"))
    #expect(
      try DirectorTests.saved().filter { $0.contains("-w") && $0.contains("250") } == [
        "-a -t 10.0.0.250:6443 -r 10.0.0.11:6443 -m -w 5", "-a -t 10.0.0.250:6443 -r 10.0.0.12:6443 -m -w 0",
      ])
    try Lab.shell("touch \(DaemonProcess.file(of: "10.0.0.12"))")
    try daemon.wait("the server's return") {
      try DirectorTests.saved().contains("-a -t 10.0.0.250:6443 -r 10.0.0.12:6443 -m -w 5")
    }
    #expect(try daemon.count("its first check passed") == 3)
    #expect(try daemon.count("repaired: ") == 0)
    daemon.end(SIGTERM)
    try Lab.shell("ipvsadm -C")
  }

  @Test("changes in place what can be, service and server, with one write each")
  func inPlace() throws {
    let daemon = try DirectorTests.started()
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    let changes: [(String, String, String)] = [
      ("scheduler: mh", "scheduler: sh", "-A -t 10.0.0.251:80 -s sh -b sh-fallback"),
      ("address: 10.0.0.250:6443", "address: 10.0.0.250:6443\n    persistence: {timeout: 60s}", "-p 60"),
      ("forwarding: direct", "forwarding: {tunnel: {kind: ipip}}", "10.0.0.11:80 -i -w 1"),
      ("{address: 10.0.0.11, weight: 3}", "{address: 10.0.0.11, weight: 3, upperThreshold: 9}", ""),
      (
        "forwarding: {tunnel: {kind: ipip}}", "forwarding: {tunnel: {kind: gue, port: 6080}}",
        "--tun-port 6080"
      ),
    ]
    var text = DirectorTests.configuration.replacing("[mh-fallback]", with: "[sh-fallback]")
      .replacing("scheduler: mh", with: "scheduler: mh").replacing("[sh-fallback]", with: "[mh-fallback]")
    for (number, (old, new, expected)) in changes.enumerated() {
      text = text.replacing(old, with: new)
      if number == 0 { text = text.replacing("[mh-fallback]", with: "[sh-fallback]") }
      try daemon.configure(text)
      try daemon.reload()
      #expect(try daemon.log.contains("configuration \(number + 2) runs: 1 change of the table"), "\(new)")
      #expect(try Lab.shell("ipvsadm -S -n").contains(expected), "\(new)")
      #expect(
        try daemon.log.split(separator: "\n").filter { $0.contains(" table: ") }.last?.contains("~") == true)
    }
    try Lab.shell("ipvsadm -C")
  }

  @Test("lets a server go only once its time to drain is over, unless it is configured again before")
  func drain() throws {
    let daemon = try DirectorTests.started(
      DirectorTests.configuration.replacing("drain: 1s", with: "drain: 1h"))
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    let without = DirectorTests.configuration.replacing(", {address: 10.0.0.12, weight: 3}", with: "")
    try daemon.configure(without.replacing("drain: 1s", with: "drain: 1h"))
    try daemon.reload()
    // It has no connections: the next look at the table finds that out, and may come at once.
    #expect(try daemon.log.contains("table: ~ server 10.0.0.12:6443 of tcp 10.0.0.250:6443 nat weight 0"))
    try daemon.wait("its end") { try !DirectorTests.saved().contains { $0.contains("10.0.0.12") } }
    #expect(try daemon.log.contains("server 10.0.0.12:6443 is out: its last connection is gone"))

    try daemon.configure(DirectorTests.configuration)
    try daemon.reload()
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    try Lab.shell("ipvsadm -C")
  }

  @Test(
    "of which the kernel refuses a part says so: by its exit status, in the status, and at the next start")
  func refused() throws {
    // The kernel asks for a module that cannot be had.
    let module = try Lab.shell("modinfo -n ip_vs_lblcr").dropLast()
    let daemon = try DirectorTests.started()
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    try Lab.shell("modprobe -r ip_vs_lblcr; mount --bind /dev/null \(module)")
    defer { _ = try? Lab.shell("umount \(module)") }
    func ask(_ command: String) throws -> String {
      try Lab.shell(
        "\(Lab.pintle) \(command) --runtime-directory \(DaemonProcess.directory) 2>&1; echo \"status $?\"")
    }
    let more =
      DirectorTests.configuration.replacing("    drain: 1s\n", with: "    drain: 1s\n    scheduler: lblcr\n")
      .replacing("    scheduler: mh\n    schedulerFlags: [mh-fallback]\n", with: "") + """
          - name: odd
            address: 10.0.0.252:6443
            scheduler: lblcr
            servers: [10.0.0.13]
            check: \(DaemonProcess.fileCheck)

        """
    try daemon.configure(more)
    let reload = try ask("reload")
    for name in ["api", "web", "odd"] {
      #expect(reload.contains("the kernel refuses \(name): "), "\(reload)")
    }
    #expect(reload.hasSuffix("status 1\n"), "\(reload)")
    #expect(try daemon.log.contains("; the kernel refuses parts of 3 services"))
    // What it had before it has on.
    try daemon.wait("the new server's check") { try daemon.log.contains("odd: server 10.0.0.13:6443 is up") }
    let status = try ask("status")
    #expect(status.contains("odd") && status.contains("REFUSED by the kernel"), "\(status)")
    #expect(try ask("status --json").contains("\"holds\" : false"), "\(status)")
    #expect(try DirectorTests.saved().count { $0.contains("10.0.0.250:6443") } == 3)

    daemon.end(SIGTERM)
    try daemon.start()
    #expect(try !daemon.log.contains("right already"))

    // Once it can be had, all is as it should be by itself.
    try Lab.shell("umount \(module)")
    try daemon.wait("the refused service") {
      try DirectorTests.saved().contains("-A -t 10.0.0.252:6443 -s lblcr")
    }
    try daemon.wait("no word of a refusal") { try !ask("status").contains("refuse") }
    #expect(try ask("status --json").contains("\"holds\" : false") == false)
    daemon.end(SIGTERM)
    try Lab.shell("ipvsadm -C")
  }

  /// Fewer where a virtual machine without hardware support has to read them.
  private static let many = getenv("PINTLE_LONG") != nil ? 2000 : 300

  @Test("of many services of which one changed makes one write, and asks no server anew")
  func oneOfMany() throws {
    func configuration(weight: Int) -> String {
      let services = (0..<Self.many).map { number in
        """
          - name: s\(number)
            address: 10.\(number / 200 + 1).\(number % 200 + 1).1:80
            servers: [{address: 10.0.0.11, weight: \(number == 123 ? weight : 1)}]
            sourceNAT: none
            check: {file: {path: /run/lab-daemon/up/all}, interval: 1h}
        """
      }
      return "services:\n" + services.joined(separator: "\n") + "\n"
    }
    let daemon = try DaemonProcess(configuration(weight: 1))
    try Lab.shell("touch \(DaemonProcess.file(of: "all"))")
    try Lab.shell("\(Lab.pintle) apply --runtime-directory /run/lab-daemon /run/lab-daemon/pintle.yaml")
    try daemon.start(within: .seconds(120))
    #expect(try daemon.log.contains("serving \(Self.many) services: the kernel's table was right already"))
    try daemon.wait("all first checks", within: .seconds(120)) {
      try daemon.count("first check passed") == Self.many
    }
    try daemon.configure(configuration(weight: 2))
    let began = ContinuousClock.now
    try daemon.reload(within: .seconds(180))
    print("reload of \(Self.many) services with one changed: \(ContinuousClock.now - began)")
    #expect(try daemon.log.contains("configuration 2 runs: 1 change of the table"))
    #expect(try daemon.count(" table: ") == 1)
    #expect(try daemon.count("first check passed") == Self.many)
    #expect(try Lab.shell("ipvsadm -S -n | grep -c -e '-w 2'") == "1\n")

    // The look at so many is made in slices; the last of them is looked at as well.
    let last = Self.many - 1
    let address = "10.\(last / 200 + 1).\(last % 200 + 1).1:80"
    let edited = ContinuousClock.now
    try Lab.shell("ipvsadm -e -t \(address) -r 10.0.0.11:80 -m -w 9")
    try daemon.wait("the repair of the last service") { try daemon.count("repaired: ") == 1 }
    print("repair of one of \(Self.many) services: \(ContinuousClock.now - edited)")
    #expect(try Lab.shell("ipvsadm -S -n | grep -c -e '-w 9' || true") == "0\n")
    daemon.end(SIGTERM)
    try Lab.shell("ipvsadm -C")
  }
}
