import Control
import Glibc
import Testing

@Suite("The control client")
struct ControlClientTests {
  @Test("Questions and answers of any size arrive whole")
  func sizes() throws {
    let server = try RunningServer()
    let client = ControlClient(socket: server.path)
    for size in [0, 1, 65_536, 4 << 20] {
      let body = [UInt8](repeating: UInt8(ascii: "b"), count: size)
      let answer = try client.post(RunningServer.Greeting.self, ControlPaths.plan + "?a=b", body: body)
      #expect(answer.body.utf8.count == size && answer.query == ["a": "b"])
    }
    try server.stop()
  }

  @Test("What the daemon refuses is told with its details")
  func refusal() throws {
    let server = try RunningServer()
    let client = ControlClient(socket: server.path)
    do {
      _ = try client.post(ReloadRecord.self, ControlPaths.reload)
      Issue.record("no error")
    } catch .refused(let record) {
      #expect(record == ErrorRecord("the configuration has an error", details: ["a.yaml:1:1: no"]))
    }
    try server.stop()
  }

  @Test("A body that is too large is refused with a sentence, not with a broken pipe")
  func tooLarge() throws {
    let server = try RunningServer()
    let client = ControlClient(socket: server.path)
    do {
      _ = try client.post(ReloadRecord.self, ControlPaths.plan, body: [UInt8](repeating: 0, count: 32 << 20))
      Issue.record("no error")
    } catch {
      #expect("\(error)".contains("larger than 8 MiB"), "\(error)")
    }
    try server.stop()
  }

  @Test("No daemon, a daemon that is gone and a path that is too long are told apart")
  func nobody() throws {
    let server = try RunningServer()
    let path = server.path
    let missing = ControlClient(socket: path + ".none")
    #expect(throws: ControlClientError.self) { try missing.get(StatusRecord.self, ControlPaths.status) }
    do { _ = try missing.get(StatusRecord.self, ControlPaths.status) } catch {
      #expect("\(error)".hasPrefix("no daemon runs here: there is no \(path).none ("))
    }
    // The path stays, and nobody listens: what a crash leaves behind.
    try server.listen()
    rename(path, path + ".left")
    try server.stop()
    do {
      _ = try ControlClient(socket: path + ".left").get(StatusRecord.self, ControlPaths.status)
      Issue.record("no error")
    } catch {
      #expect("\(error)".hasPrefix("no daemon runs here any more"), "\(error)")
    }
    unlink(path + ".left")
    rmdir(String(path.dropLast(ControlPaths.socketName.count + 1)))
    do {
      _ = try ControlClient(socket: "/" + String(repeating: "x", count: 108)).get(StatusRecord.self, "/")
      Issue.record("no error")
    } catch { #expect("\(error)".contains("longer than a socket's may be")) }
  }
}
