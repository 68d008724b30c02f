import Glibc
import Testing

/// Two of the control-plane nodes are the directors themselves.
@Suite("Directors that are servers", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct CoLocatedTests {
  private nonisolated static let nodes = ["director1", "director2", "server1"]

  private static func configuration(priority: Int) -> String {
    """
    services:
      - {name: nat, address: "10.0.0.250:6443", scheduler: rr, servers: [10.0.0.1, 10.0.0.2, 10.0.0.11], \(check)}
      - name: direct
        address: 10.0.0.251:6443
        scheduler: rr
        forwarding: direct
        servers: [10.0.0.1, 10.0.0.2, 10.0.0.11]
        \(check)
    virtualRouters:
      - name: v4
        interface: lan
        id: 51
        priority: \(priority)
        advertisementInterval: 1s
        addresses: [10.0.0.250/32, 10.0.0.251/32]
    connectionSync: {interface: lan, id: 51}
    """
  }

  private static let check = "check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}"

  private static let stage = Result {
    let stage = try Stage(["client"] + nodes)
    for node in nodes {
      try stage.listen(node, "0.0.0.0:6443")
      try Lab.write(configuration(priority: 100), to: "/run/stage/pintle.yaml")
      try stage.on(
        node, "\(Lab.pintle) realserver up --runtime-directory /run/stage/\(node) /run/stage/pintle.yaml")
    }
    try stage.start("director1", configuration(priority: 150))
    try stage.wait("director1 is Active") {
      try Lab.shell("ip -n director1 -o address show dev lan").contains("10.0.0.251/")
    }
    try stage.on("director2", "ipvsadm -A -t 10.0.0.2:8080")
    try stage.start("director2", configuration(priority: 100))
    try stage.wait("all servers are in both tables") {
      try stage.serving("director1") == 6 && stage.serving("director2") == 6
    }
    return stage
  }

  /// The names of those who serve.
  private func names(_ host: String, _ endpoint: String) throws -> [String] {
    try Self.stage.get().ask(host, endpoint, times: 6).map { String($0.prefix { $0 != " " }) }.sorted()
  }

  @Test(
    "By NAT everybody gets every server's turn", arguments: ["client"] + nodes)
  func nat(_ host: String) throws {
    #expect(try names(host, "10.0.0.250:6443") == Self.nodes)
  }

  @Test("Directly a client gets every server's turn: no packet goes back and forth between the directors")
  func direct() throws {
    #expect(try names("client", "10.0.0.251:6443") == Self.nodes)
    let stage = try Self.stage.get()
    #expect(try stage.on("director1", "sysctl -n net.ipv4.vs.backup_only") == "1\n")
    #expect(try stage.on("director1", "ipvsadm -L --daemon").contains("master"))
    let ofBackup = try stage.on("director2", "ipvsadm -L --daemon")
    #expect(ofBackup.contains("backup") && !ofBackup.contains("master"), "\(ofBackup)")
  }

  @Test("A Backup, which directs nothing, tells of the services that others made on it")
  func disabled() throws {
    let stage = try Self.stage.get()
    let log = try stage.log("director2")
    #expect(log.contains("tcp 10.0.0.2:8080"), "\(log)")
    #expect(try stage.on("director2", "ipvsadm -Ln").contains("10.0.0.2:8080"))
    #expect(try !stage.log("director1").contains("8080"))
  }

  @Test("A virtual router that is only renamed leaves the Active its half of the connection sync")
  func renamed() throws {
    let stage = try Self.stage.get()
    let renamed = Self.configuration(priority: 150).replacing("name: v4", with: "name: vip")
    try Lab.write(renamed, to: "/run/stage/director1.yaml")
    try stage.onStage("director1", "\(Lab.pintle) reload --runtime-directory /run/stage/director1")
    let daemons = try stage.on("director1", "ipvsadm -L --daemon")
    #expect(daemons.contains("master") && !daemons.contains("backup"), "\(daemons)")
  }

  @Test(
    "A process on a node that has the service's address itself reaches its own server",
    .enabled(if: Lab.isLong),
    arguments: nodes)
  func directFromNode(_ host: String) throws {
    let served = try names(host, "10.0.0.251:6443")
    // On the Active director the kernel tries the others in their turn, and they drop it.
    #expect(Set(served).subtracting(["nobody"]) == [host])
  }
}
