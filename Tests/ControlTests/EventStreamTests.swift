import Control
import Testing

@Suite("The event stream")
struct EventStreamTests {
  private func sequences(_ text: String) throws -> [UInt64] {
    try text.split(separator: "\n").map {
      try JSON.decode(EventRecord.self, from: Array($0.utf8)).sequence
    }
  }

  @Test("The latest events are told, a line each, and older ones forgotten")
  func history() throws {
    let server = try RunningServer(historyOf: 3)
    try server.publish(5)
    var lines: [[UInt8]] = []
    try ControlClient(socket: server.path).events(follow: false) { lines.append($0) }
    let records = try lines.map { try JSON.decode(EventRecord.self, from: $0) }
    #expect(records.map(\.sequence) == [3, 4, 5])
    #expect(records[0].kind == "server-up" && records[0].fields == ["PINTLE_SERVICE": "api"])
    try server.stop()
  }

  @Test("Who follows gets the latest events and then every one to come")
  func following() throws {
    let server = try RunningServer()
    try server.publish(2)
    let client = try RawClient(server.path)
    client.send("GET /v1/events?follow HTTP/1.0\r\n\r\n")
    var text = client.read(until: "\"time\"").drop { $0 != "{" }
    // The first line has begun to come, so that this follower is there.
    try server.publish(3)
    while text.count(where: { $0 == "\n" }) < 5 {
      let more = client.read(until: "\n")
      try #require(!more.isEmpty)
      text += more
    }
    #expect(try sequences(String(text)) == [1, 2, 3, 4, 5])
    try server.stop()
  }

  @Test("Who follows and does not read is dropped; who reads misses nothing")
  func slowFollower() throws {
    var limits = ControlLimits()
    limits.backlog = 64 << 10
    let server = try RunningServer(limits: limits)
    let slow = try RawClient(server.path)
    slow.send("GET /v1/events?follow HTTP/1.0\r\n\r\n")
    let quick = try RawClient(server.path)
    quick.send("GET /v1/events?follow HTTP/1.0\r\n\r\n")
    _ = slow.read(until: "\r\n\r\n")
    _ = quick.read(until: "\r\n\r\n")
    var seen: [UInt64] = []
    for _ in 0..<300 {
      try server.publish(1, length: 4096)
      seen += try sequences(quick.read(until: "\n"))
    }
    #expect(seen == Array(1...300))
    // What was sent before it was dropped is all there, up to where the line broke off.
    let rest = slow.readAll()
    #expect(rest.utf8.count < 1 << 20)
    try server.stop()
  }

  @Test("Only so many may follow, so that there is always room for a question")
  func followers() throws {
    var limits = ControlLimits()
    limits.followers = 1
    let server = try RunningServer(limits: limits)
    let first = try RawClient(server.path)
    first.send("GET /v1/events?follow HTTP/1.0\r\n\r\n")
    #expect(first.read(until: "\r\n\r\n").contains(" 200 "))
    let second = try RawClient(server.path)
    second.send("GET /v1/events?follow HTTP/1.0\r\n\r\n")
    #expect(second.readAll().contains(" 503 "))
    #expect(
      try ControlClient(socket: server.path).get(RunningServer.Greeting.self, ControlPaths.status).body == "")
    try server.stop()
  }
}
