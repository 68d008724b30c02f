import Testing

/// Who uses the service on the directors themselves, where all its servers are reached by NAT.
@Suite("A pair by NAT alone", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct NATPairTests {
  @Test(
    "A process on either director, or beside them, gets every server's turn, whether a director is one of them or not",
    arguments: [["server1", "server2"], ["director2", "server1"], ["director1", "director2", "server1"]])
  func processes(_ servers: [String]) throws {
    let stage = try Stage(["client", "director1", "director2", "server1", "server2"])
    defer { try? stage.close() }
    let addresses = [
      "director1": "10.0.0.1", "director2": "10.0.0.2", "server1": "10.0.0.11", "server2": "10.0.0.12",
    ]
    for server in servers { try stage.listen(server, "0.0.0.0:6443") }
    func configuration(priority: Int) -> String {
      """
      services:
        - name: api
          address: 10.0.0.250:6443
          scheduler: rr
          servers: [\(servers.compactMap { addresses[$0] }.joined(separator: ", "))]
          check: {tcp: {}, interval: 3s, timeout: 3s, fall: 5, rise: 1}
      virtualRouters:
        - {name: v4, interface: lan, id: 51, priority: \(priority), addresses: [10.0.0.250/32]}
      connectionSync: {interface: lan, id: 51}
      """
    }
    try stage.start("director1", configuration(priority: 150))
    try stage.wait("director1 is Active") { try stage.holds("director1", Stage.address) }
    try stage.start("director2", configuration(priority: 100))
    try stage.wait("all servers are in both tables") {
      try stage.servers("director1") == servers.count && stage.servers("director2") == servers.count
    }
    for host in ["client", "director1", "director2", "server1"] {
      let served = try stage.ask(host, "10.0.0.250:6443", times: 6).map { String($0.prefix { $0 != " " }) }
      #expect(Set(served) == Set(servers), "\(host)")
    }
  }
}
