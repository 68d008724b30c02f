import Glibc
import Testing

/// NAT end to end: clients and servers everywhere, on one network.
@Suite("Forwarding by NAT", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct NATTests {
  private static let configuration = """
    services:
      - name: vip
        address: 10.0.0.250:6443
        scheduler: rr
        servers: [10.0.0.11, 10.0.0.12]
        check: {tcp: {}, interval: 500ms, timeout: 400ms, rise: 1}
      - name: vip6
        address: "[fd00::250]:6443"
        scheduler: rr
        servers: ["fd00::11", "fd00::12"]
      - name: masquerade
        address: 10.0.0.250:7443
        scheduler: rr
        sourceNAT: masquerade
        servers: [10.0.0.11:6443, 10.0.0.12:6443]
      - name: none
        address: 10.1.0.250:6443
        scheduler: rr
        sourceNAT: none
        servers: [10.0.0.11, 10.0.0.12]
    virtualRouters:
      - {name: v4, interface: lan, id: 51, addresses: [10.0.0.250/32, 10.1.0.250/32, 10.0.0.254/32]}
      - {name: v6, interface: lan, id: 51, addresses: ["fe80::250/128", "fd00::250/128"]}
    """

  private static let stage = Result {
    let stage = try Stage(["client", "far", "director1", "server1", "server2"])
    for server in ["server1", "server2"] {
      try stage.on(server, "ip route add 10.1.0.0/24 via 10.0.0.254")
      try stage.listen(server, "0.0.0.0:6443")
      try stage.listen(server, "[::]:6443")
    }
    try stage.start("director1", configuration)
    try stage.wait("all servers are in the table") { try stage.servers("director1") == 8 }
    try stage.wait("the virtual addresses are there") {
      let addresses = try stage.on("director1", "ip -o address show dev lan")
      return ["10.0.0.250/", "10.1.0.250/", "fd00::250/"].allSatisfy { addresses.contains($0) }
    }
    return stage
  }

  @Test("A client on the servers' own network gets every server's turn; a server sees the service's address")
  func sameNetwork() throws {
    let stage = try Self.stage.get()
    #expect(try stage.ask("client", "10.0.0.250:6443") == ["server1 10.0.0.250", "server2 10.0.0.250"])
    #expect(try stage.ask("client", "[fd00::250]:6443") == ["server1 fd00::250", "server2 fd00::250"])
  }

  @Test("So does a server that calls the service itself", arguments: ["server1", "server2"])
  func serverCalls(_ server: String) throws {
    let stage = try Self.stage.get()
    #expect(try stage.ask(server, "10.0.0.250:6443") == ["server1 10.0.0.250", "server2 10.0.0.250"])
    #expect(try stage.ask(server, "[fd00::250]:6443") == ["server1 fd00::250", "server2 fd00::250"])
  }

  @Test("And a process on the director, by its own address")
  func directorCalls() throws {
    let stage = try Self.stage.get()
    #expect(try stage.ask("director1", "10.0.0.250:6443") == ["server1 10.0.0.1", "server2 10.0.0.1"])
    #expect(try stage.ask("director1", "[fd00::250]:6443") == ["server1 fd00::1", "server2 fd00::1"])
  }

  @Test("Masqueraded, a server sees the director's own address")
  func masquerade() throws {
    let stage = try Self.stage.get()
    #expect(try stage.ask("client", "10.0.0.250:7443") == ["server1 10.0.0.1", "server2 10.0.0.1"])
  }

  @Test("Without source NAT it sees its client, and answers through the director")
  func none() throws {
    let stage = try Self.stage.get()
    #expect(try stage.ask("far", "10.1.0.250:6443") == ["server1 10.1.0.100", "server2 10.1.0.100"])
  }

  @Test("A packet filter that somebody flushed is right again at once, long before the next poll")
  func repair() throws {
    let stage = try Self.stage.get()
    let before = try stage.on("director1", "nft list table inet pintle")
    // Of as many, a poll every two seconds would come too late for one at least.
    for _ in 0..<6 {
      try stage.on("director1", "nft flush ruleset")
      try stage.wait("the table is back", within: .seconds(1)) {
        (try? stage.on("director1", "nft list table inet pintle")) == before
      }
    }
    let log = try stage.log("director1")
    #expect(log.contains("somebody changed the packet filter"), "\(log)")
    #expect(try stage.ask("client", "10.0.0.250:6443") == ["server1 10.0.0.250", "server2 10.0.0.250"])
  }
}
