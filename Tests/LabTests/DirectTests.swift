import Glibc
import Testing

/// Direct routing and tunnels end to end: servers that `pintle realserver` made ready.
@Suite("Forwarding that keeps the destination", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct DirectTests {
  private static let services = [
    (name: "direct", forwarding: "direct", addresses: ["10.0.0.250", "fd00::250"]),
    (name: "ipip", forwarding: "tunnel", addresses: ["10.0.0.251", "fd00::251"]),
    (name: "gue", forwarding: "{tunnel: {kind: gue, port: 6080}}", addresses: ["10.0.0.252", "fd00::252"]),
    (name: "gre", forwarding: "{tunnel: {kind: gre}}", addresses: ["10.0.0.253", "fd00::253"]),
  ]

  private static func endpoint(_ address: String) -> String {
    address.contains(":") ? "[\(address)]:6443" : "\(address):6443"
  }

  private static var configuration: String {
    var text = "services:\n"
    for service in services {
      for address in service.addresses {
        let prefix = address.contains(":") ? "fd00::1" : "10.0.0.1"
        text += """
            - name: \(service.name)\(address.contains(":") ? "6" : "")
              address: "\(endpoint(address))"
              scheduler: rr
              forwarding: \(service.forwarding)
              servers: ["\(prefix)1", "\(prefix)2"]

          """
      }
    }
    let (v4, v6) = (services.map { $0.addresses[0] + "/32" }, services.map { "\"\($0.addresses[1])/128\"" })
    return text + """
      virtualRouters:
        - {name: v4, interface: lan, id: 51, addresses: [\(v4.joined(separator: ", "))]}
        - {name: v6, interface: lan, id: 51, addresses: ["fe80::250/128", \(v6.joined(separator: ", "))]}
      """
  }

  private static let stage = Result {
    let stage = try Stage(["client", "director1", "server1", "server2"])
    try Lab.write(configuration, to: "/run/stage/pintle.yaml")
    // The kernel does not find this one by itself.
    try Lab.shell("modprobe fou")
    for server in ["server1", "server2"] {
      let before = try Lab.shell(
        "ip netns exec \(server) \(Lab.pintle) realserver status /run/stage/pintle.yaml 2>&1; echo $?")
      #expect(before.hasSuffix("pintle realserver up)\n1\n"), "\(before)")
      // Twice: the second finds all of it there.
      for _ in 1...2 {
        try stage.on(
          server,
          "\(Lab.pintle) realserver up --runtime-directory /run/stage/\(server) /run/stage/pintle.yaml")
      }
      try stage.on(server, "\(Lab.pintle) realserver status /run/stage/pintle.yaml")
      try stage.listen(server, "0.0.0.0:6443")
      try stage.listen(server, "[::]:6443")
    }
    try stage.start("director1", configuration)
    try stage.wait("all servers are in the table") { try stage.servers("director1") == 16 }
    try stage.wait("the virtual addresses are there") {
      let addresses = try stage.on("director1", "ip -o address show dev lan")
      return services.flatMap(\.addresses).allSatisfy { addresses.contains("\($0)/") }
    }
    return stage
  }

  @Test(
    "A client gets every server's turn, and each server sees the client itself",
    arguments: ["direct", "ipip", "gue", "gre"])
  func everyServer(_ name: String) throws {
    let stage = try Self.stage.get()
    let service = try #require(Self.services.first { $0.name == name })
    for address in service.addresses {
      let client = address.contains(":") ? "fd00::100" : "10.0.0.100"
      let answers = try stage.ask("client", Self.endpoint(address))
      #expect(answers == ["server1 \(client)", "server2 \(client)"], "\(name) \(address)")
    }
  }

  @Test("A tunnel that ends at an address of an earlier configuration is made anew")
  func movedServer() throws {
    let stage = try Self.stage.get()
    try stage.on("server2", "ip address add 10.0.0.22/24 dev lan")
    try Lab.write(Self.configuration.replacing("10.0.0.12", with: "10.0.0.22"), to: "/run/stage/moved.yaml")
    let command = "\(Lab.pintle) realserver"
    let options = "--runtime-directory /run/stage/server2 /run/stage/moved.yaml"
    let status = try stage.on("server2", "\(command) status \(options) 2>&1 || true")
    #expect(status.contains("it ends at 10.0.0.12"), "\(status)")
    try stage.on("server2", "\(command) up \(options)")
    try stage.on("server2", "\(command) status \(options)")
    #expect(try stage.on("server2", "ip address show dev pintle-ipip").contains("10.0.0.251/32"))
  }

  @Test("A tunnel that somebody took down is up again, with its address")
  func takenDown() throws {
    let stage = try Self.stage.get()
    try stage.on("server1", "ip link set pintle-ipip down")
    let command = "\(Lab.pintle) realserver"
    let options = "--runtime-directory /run/stage/server1 /run/stage/pintle.yaml"
    #expect(try stage.on("server1", "\(command) status \(options) 2>&1 || true").contains("down"))
    try stage.on("server1", "\(command) up \(options)")
    try stage.on("server1", "\(command) status \(options)")
    #expect(try stage.on("server1", "ip address show dev pintle-ipip").contains("10.0.0.251/32"))
  }

  @Test(
    "A tunnel whose packets get a checksum is made anew, and a port of UDP that nobody needs any more is closed"
  )
  func changedTunnels() throws {
    let stage = try Self.stage.get()
    let changed = Self.configuration.replacing("{kind: gre}", with: "{kind: gre, checksum: full}")
      .replacing("port: 6080", with: "port: 6081")
    #expect(changed.contains("checksum") && changed.contains("6081"))
    try Lab.write(changed, to: "/run/stage/changed.yaml")
    let command = "\(Lab.pintle) realserver"
    let options = "--runtime-directory /run/stage/server1 /run/stage/changed.yaml"
    // Somebody else's.
    try stage.on("server1", "ip fou add port 7777 gue")
    let status = try stage.on("server1", "\(command) status \(options) 2>&1 || true")
    #expect(status.contains("without a checksum") && status.contains("port 6080"), "\(status)")
    try stage.on("server1", "\(command) up \(options)")
    try stage.on("server1", "\(command) status \(options)")
    let ports = try stage.on("server1", "ip fou show")
    #expect(ports.contains("6081") && ports.contains("7777") && !ports.contains("6080"), "\(ports)")
    #expect(try stage.on("server1", "ip -d link show pintle-gre").contains("icsum"))

    try stage.on(
      "server1", "\(command) up --runtime-directory /run/stage/server1 /run/stage/pintle.yaml")
    #expect(try !stage.on("server1", "ip -d link show pintle-gre").contains("icsum"))
    #expect(try !stage.on("server1", "ip fou show").contains("6081"))
  }

  @Test("Two services cannot have two tunnels of one kind: that is said, and all the rest is there")
  func twoTunnels() throws {
    let stage = try Self.stage.get()
    try stage.on("server2", "ip address add 10.0.0.23/24 dev lan")
    try Lab.write(
      """
      services:
        - {name: one, address: "10.0.0.240:6443", forwarding: tunnel, servers: [10.0.0.12]}
        - {name: two, address: "10.0.0.241:6443", forwarding: tunnel, servers: [10.0.0.23]}
        - {name: three, address: "10.0.0.242:6443", forwarding: direct, servers: [10.0.0.12]}
      """, to: "/run/stage/two.yaml")
    let options = "--runtime-directory /run/stage/server2 /run/stage/two.yaml"
    for command in ["up", "status"] {
      let answer = try stage.on(
        "server2", "\(Lab.pintle) realserver \(command) \(options) 2>&1 || echo failed")
      #expect(answer.contains("pintle-ipip at 10.0.0.23") && answer.hasSuffix("failed\n"), "\(answer)")
    }
    let addresses = try stage.on("server2", "ip -o address show")
    #expect(addresses.contains("10.0.0.242/32") && addresses.contains("10.0.0.240/32"), "\(addresses)")
    try stage.on("server2", "\(Lab.pintle) realserver down \(options)")
    try stage.on(
      "server2", "\(Lab.pintle) realserver up --runtime-directory /run/stage/server2 /run/stage/pintle.yaml")
    try stage.on("server2", "ip address delete 10.0.0.23/24 dev lan")
  }

  @Test("A server that takes over only when all others have failed is made ready as well")
  func fallback() throws {
    let stage = try Self.stage.get()
    try Lab.write(
      """
      services:
        - name: api
          address: 10.0.0.240:6443
          forwarding: direct
          servers: [10.0.0.99]
          whenAllFail: {fallback: 10.0.0.11}
      """, to: "/run/stage/fallback.yaml")
    let status = try stage.on(
      "server1",
      "\(Lab.pintle) realserver status --runtime-directory /run/stage/server1 /run/stage/fallback.yaml 2>&1 || true"
    )
    #expect(status.contains("10.0.0.240"), "\(status)")
  }

  @Test("What up has made, down undoes")
  func down() throws {
    let stage = try Self.stage.get()
    try stage.on(
      "server2", "\(Lab.pintle) realserver down --runtime-directory /run/stage/server2 /run/stage/pintle.yaml"
    )
    let addresses = try stage.on("server2", "ip address show dev lo")
    #expect(!addresses.contains("10.0.0.250") && !addresses.contains("fd00::250"), "\(addresses)")
    let links = try stage.on("server2", "ip link")
    #expect(!links.contains("pintle"), "\(links)")
    #expect(try stage.on("server2", "ip fou show") == "")
    #expect(try stage.on("server2", "sysctl -n net.ipv4.conf.all.arp_ignore") == "0\n")
  }
}
