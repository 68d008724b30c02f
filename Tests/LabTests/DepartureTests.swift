import Glibc
import TestSupport
import Testing

/// A director that takes its services with it when it is stopped.
@Suite("A stop that removes", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
@MainActor
struct DepartureTests {
  private func started(drain: String) throws -> Stage {
    let stage = try Stage(["client", "director1", "server1", "server2"])
    try stage.on("director1", "ip address add 10.0.0.250/32 dev lan")
    for server in ["10.0.0.11", "10.0.0.12"] {
      try stage.listen(server.hasSuffix("1") ? "server1" : "server2", "\(server):6443")
    }
    try stage.start(
      "director1",
      """
      services:
        - {name: api, address: "10.0.0.250:6443", servers: [10.0.0.11, 10.0.0.12], drain: \(drain)}
      stop: remove
      """)
    try stage.wait("both servers are in the table") { try stage.servers("director1") == 2 }
    return stage
  }

  private func stop(_ stage: Stage) throws {
    try Lab.shell("kill -TERM $(ip netns pids director1)")
    try stage.wait("no new connections") {
      try stage.weights("director1").map(\.weight) == [0]
    }
  }

  private func hasEnded() throws -> Bool { try Lab.shell("ip netns pids director1").isEmpty }

  @Test("gives connections the time of the drain, and resets what is left of them")
  func drain() throws {
    let stage = try started(drain: "8s")
    let client = try #require(try stage.connect("client", to: "10.0.0.250:6443"))
    try stop(stage)
    client.send("still there?\n")
    #expect(stage.pump(until: { client.lines == 2 }, within: .seconds(5)))
    #expect(try !hasEnded())
    try stage.wait("the daemon ends", within: .seconds(20)) { try hasEnded() }
    #expect(try stage.servers("director1") == 0)
    #expect(stage.pump(until: { client.end != nil }, within: .seconds(5)))
    #expect(client.end == .failed(ECONNRESET))
    try stage.close()
  }

  @Test("waits no longer once it is told a second time")
  func hastened() throws {
    let stage = try started(drain: "1h")
    let client = try #require(try stage.connect("client", to: "10.0.0.250:6443"))
    try stop(stage)
    try Lab.shell("kill -TERM $(ip netns pids director1)")
    try stage.wait("the daemon ends", within: .seconds(20)) { try hasEnded() }
    #expect(try stage.servers("director1") == 0)
    #expect(client.lines == 1)
    try stage.close()
  }
}
