import Control
import Glibc
import NIOCore
import Synchronization
import Testing

@Suite("The control server")
struct ControlServerTests {
  private let get = "GET /v1/status HTTP/1.1\r\nHost: pintle\r\n\r\n"

  @Test("An answer is JSON with its length, and the connection is over")
  func answer() throws {
    let server = try RunningServer()
    let client = try RawClient(server.path)
    client.send("GET /v1/status?server=10.0.0.1%3A6443&all HTTP/1.1\r\nHost: pintle\r\n\r\n")
    let answer = client.readAll()
    #expect(
      answer.hasPrefix("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 56\r\n"),
      "\(answer)")
    #expect(answer.contains("connection: close\r\n"))
    #expect(
      answer.hasSuffix("\r\n\r\n{\"body\":\"\",\"query\":{\"all\":\"\",\"server\":\"10.0.0.1:6443\"}}\n"))
    try server.stop()
  }

  @Test("A percent sign that begins no byte is itself", arguments: ["%", "%4", "%zz", "%+1", "%-1", "a%"])
  func percent(_ text: String) throws {
    let server = try RunningServer()
    let client = try RawClient(server.path)
    client.send("GET /v1/status?server=\(text) HTTP/1.1\r\nHost: pintle\r\n\r\n")
    let answer = client.readAll()
    #expect(answer.hasSuffix("{\"body\":\"\",\"query\":{\"server\":\"\(text)\"}}\n"), "\(answer)")
    try server.stop()
  }

  @Test("A request that comes byte by byte is a request")
  func dripping() throws {
    let server = try RunningServer()
    let client = try RawClient(server.path)
    for character in "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody" {
      client.send(String(character))
    }
    #expect(client.readAll().hasSuffix("{\"body\":\"body\",\"query\":{}}\n"))
    try server.stop()
  }

  @Test("A client that asks before it sends a body is told to go on")
  func expectation() throws {
    let server = try RunningServer()
    let client = try RawClient(server.path)
    client.send("POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
    #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue\r\n"))
    client.send("body")
    #expect(client.readAll().hasSuffix("{\"body\":\"body\",\"query\":{}}\n"))
    try server.stop()
  }

  /// A request that is not answered, and what is said instead.
  struct Refusal: CustomTestStringConvertible, Sendable {
    let request: String
    let status: String
    let sentence: String
    var testDescription: String { "\(status) \(sentence)" }

    init(_ request: String, _ status: String, _ sentence: String) {
      self.request = request
      self.status = status
      self.sentence = sentence
    }
  }

  @Test(
    "What cannot be answered is refused with its status and a sentence",
    arguments: [
      Refusal("GET /v2 HTTP/1.1\r\nHost: x\r\n\r\n", "404", "there is no /v2"),
      Refusal("GET /v1/../v1/status HTTP/1.1\r\nHost: x\r\n\r\n", "404", "there is no /v1/../v1/status"),
      Refusal("GET //v1/status HTTP/1.1\r\nHost: x\r\n\r\n", "404", "there is no //v1/status"),
      Refusal("GET http://x/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", "404", "there is no http://x/v1/status"),
      Refusal("GET /v1/status%00 HTTP/1.1\r\nHost: x\r\n\r\n", "404", "there is no /v1/status%00"),
      Refusal("HEAD /v1/status HTTP/1.1\r\nHost: x\r\n\r\n", "405", "allow: GET\r\n"),
      Refusal("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "404", "there is no x:80"),
      Refusal(
        "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbodyx", "400",
        "no HTTP request"),
      Refusal(
        "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "400", "no HTTP request"),
      Refusal(
        "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400", "no HTTP request"),
      Refusal(
        "POST /v1/plan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "400",
        "no HTTP request"),
      Refusal("GET /v1/\u{7f}\u{1b}[2J HTTP/1.1\r\nHost: x\r\n\r\n", "400", "no HTTP request"),
      Refusal("POST /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "405", "asked for by GET"),
      Refusal("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "405", "asked for by GET"),
      Refusal("DELETE /v1/plan HTTP/1.1\r\nHost: x\r\n\r\n", "405", "asked for by POST"),
      Refusal("DELETE /v1/plan HTTP/1.1\r\nHost: x\r\n\r\n", "405", "allow: POST\r\n"),
      Refusal("POST /v1/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "422", "a.yaml:1:1: no"),
      Refusal("\u{0}\u{1}\u{2}\u{3}\r\n\r\n", "400", "no HTTP request"),
      Refusal(
        "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 17 << 10))\r\n\r\n", "431", "16 KiB"),
      Refusal("GET /\(String(repeating: "x", count: 60 << 10))", "431", "16 KiB"),
      Refusal(
        "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"
          + String(repeating: "x", count: 1_048_577), "413", "1 MiB"),
    ])
  func refused(_ refusal: Refusal) throws {
    var limits = ControlLimits()
    limits.body = 1 << 20
    let server = try RunningServer(limits: limits)
    let client = try RawClient(server.path)
    client.send(refusal.request)
    let answer = client.readAll()
    #expect(answer.hasPrefix("HTTP/1.1 \(refusal.status) "), "\(answer)")
    #expect(answer.contains(refusal.sentence), "\(answer)")
    try server.stop()
  }

  @Test("A client that stalls is sent away, whether it says nothing, half a head or half a body")
  func stalling() throws {
    var limits = ControlLimits()
    limits.requestTime = .milliseconds(200)
    let server = try RunningServer(limits: limits)
    for words in ["", "GET /v1/sta", "POST /v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"] {
      let client = try RawClient(server.path)
      client.send(words)
      #expect(client.readAll().hasPrefix("HTTP/1.1 408 "))
    }
    try server.stop()
  }

  @Test("A client that does not take its answer is closed on")
  func deaf() throws {
    var limits = ControlLimits()
    limits.answerTime = .milliseconds(200)
    limits.connections = 1
    let server = try RunningServer(limits: limits)
    let client = try RawClient(server.path)
    client.send("GET /v1/services HTTP/1.1\r\nHost: x\r\n\r\n")
    // It holds the only place until it is closed on.
    var answer = ""
    let deadline = ContinuousClock.now + .seconds(20)
    while !answer.hasPrefix("HTTP/1.1 200 "), ContinuousClock.now < deadline {
      let other = try RawClient(server.path)
      other.send(get)
      answer = other.readAll()
    }
    #expect(answer.hasPrefix("HTTP/1.1 200 "))
    #expect(client.readAll().utf8.count < 4 << 20)
    try server.stop()
  }

  @Test("There are only so many clients at a time; the next is told, and has its turn when one goes")
  func crowd() throws {
    var limits = ControlLimits()
    limits.connections = 2
    let server = try RunningServer(limits: limits)
    do {
      let first = try RawClient(server.path)
      let second = try RawClient(server.path)
      first.send("GET")
      second.send("GET")
      #expect(try RawClient(server.path).readAll().contains("too many clients"))
    }
    var answer = ""
    let deadline = ContinuousClock.now + .seconds(20)
    while !answer.hasPrefix("HTTP/1.1 200 "), ContinuousClock.now < deadline {
      let client = try RawClient(server.path)
      client.send(get)
      answer = client.readAll()
    }
    #expect(answer.hasPrefix("HTTP/1.1 200 "))
    try server.stop()
  }

  @Test("A flood of clients keeps nothing else on the loop from its turn")
  func flood() throws {
    let server = try RunningServer()
    let ticks = Atomic(0)
    let ticking = server.loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
      ticks.add(1, ordering: .relaxed)
    }
    let end = ContinuousClock.now + .milliseconds(500)
    var flooded = 0
    while ContinuousClock.now < end {
      let client = try RawClient(server.path)
      client.send("GET /v1/status HTTP/1.1\r\n")
      flooded += 1
    }
    ticking.cancel()
    #expect(flooded > 100)
    #expect(ticks.load(ordering: .relaxed) > 20)
    try server.stop()
  }

  @Test("The socket is of the daemon's user and its group alone, and goes when the daemon goes")
  func mode() throws {
    let server = try RunningServer()
    var found = stat()
    #expect(stat(server.path, &found) == 0)
    #expect(found.st_mode & 0o7777 == 0o660)
    try server.stop()
    #expect(access(server.path, F_OK) != 0)
  }

  @Test("The socket of a daemon that crashed is replaced; a file that is none is not")
  func leftBehind() throws {
    let server = try RunningServer()
    // A second listening on the path is what a restart after a crash does.
    try server.listen()
    #expect(
      try ControlClient(socket: server.path).get(RunningServer.Greeting.self, ControlPaths.status).body == "")
    unlink(server.path)
    close(creat(server.path, 0o600))
    #expect(throws: ListenError.self) { try server.listen() }
    try server.stop()
  }
}
