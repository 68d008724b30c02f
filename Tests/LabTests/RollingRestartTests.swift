import Glibc
import Testing

/// Servers that are restarted one after the other, under load.
@Suite("A rolling restart", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct RollingRestartTests {
  private static let configuration = """
    services:
      - name: api
        address: 10.0.0.250:6443
        scheduler: rr
        servers: [10.0.0.11, 10.0.0.12]
        check: {file: {path: "/run/stage/{address}"}, interval: 100ms, timeout: 100ms, rise: 1, fall: 1}
        drain: 1h
    """

  @Test("of all servers fails no new connection, and ends no old one but by its own server's will")
  func rollingRestart() throws {
    let stage = try Stage(["client", "director1", "server1", "server2"])
    defer { try? stage.close() }
    let servers = ["server1": "10.0.0.11", "server2": "10.0.0.12"]
    for (server, address) in servers {
      try stage.listen(server, "\(address):6443")
      try Lab.shell("touch /run/stage/\(address)")
    }
    try stage.on("director1", "ip address add 10.0.0.250/32 dev lan")
    try stage.start("director1", Self.configuration)
    try stage.wait("both servers are in the table") { try stage.servers("director1") == 2 }
    var old = try (0..<50).map { _ in try #require(try stage.connect("client", to: "10.0.0.250:6443")) }
    var connections = 0
    var failures: [String] = []
    /// New connections, one after the other, until something is so, and some more.
    func load(_ phase: String, until isSo: () throws -> Bool) throws {
      var rest = 20
      while rest > 0 {
        if try isSo() { rest -= 1 }
        connections += 1
        if try stage.connect("client", to: "10.0.0.250:6443") == nil { failures.append(phase) }
        try #require(connections < 20_000, "\(phase) does not end")
      }
    }

    for (server, address) in servers.sorted(by: { $0.key < $1.key }) {
      let news = "server \(address):6443 "
      try Lab.shell("rm /run/stage/\(address)")
      try load("\(server) is to drain") {
        try stage.log("director1").contains(news + "takes no new connections")
      }
      let served = stage.listeners.first { $0.host == server }?.streams.count
      #expect(served == old.count { $0.name == server })
      #expect(old.allSatisfy { $0.end == nil })

      // Its connections end with it.
      stage.listeners.removeAll { $0.host == server }
      try load("\(server) is gone") { true }
      try stage.listen(server, "\(address):6443")
      try Lab.shell("touch /run/stage/\(address)")
      try load("\(server) returns") { try stage.log("director1").contains(news + "is up again") }
      stage.pump(until: { false }, within: .milliseconds(200), old)
      for stream in old { #expect(stream.end == (stream.name == server ? .closed : nil)) }
      old = try old.map {
        $0.end == nil ? $0 : try #require(try stage.connect("client", to: "10.0.0.250:6443"))
      }
    }
    print("\(connections) new connections during a rolling restart, \(failures.count) failed")
    #expect(failures == [])
  }
}
