import Control
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// A server on a loop of its own, in a folder of its own.
final class RunningServer: Sendable {
  /// What one route answers.
  struct Greeting: Codable, Equatable {
    var body: String
    var query: [String: String]
  }

  let path: String
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let server: NIOLoopBound<ControlServer>
  var loop: any EventLoop { group.next() }

  init(limits: ControlLimits = ControlLimits(), historyOf capacity: Int = 1000) throws {
    var template = Array("/tmp/pintle-control-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    path = folder + "/" + ControlPaths.socketName
    let loop = group.next()
    server = try loop.submit {
      let routes = [
        ControlRoute(.GET, ControlPaths.status, on: loop) { request in
          ControlResponse(Greeting(body: "", query: request.query))
        },
        ControlRoute(.POST, ControlPaths.plan, on: loop) { request in
          ControlResponse(Greeting(body: String(decoding: request.body, as: UTF8.self), query: request.query))
        },
        ControlRoute(.POST, ControlPaths.reload, on: loop) { _ in
          throw ControlError(
            .unprocessableEntity, "the configuration has an error", details: ["a.yaml:1:1: no"])
        },
        ControlRoute(.GET, ControlPaths.services, on: loop) { _ in
          ControlResponse(text: String(repeating: "x", count: 4 << 20))
        },
      ]
      let hub = EventHub(on: loop, capacity: capacity)
      return NIOLoopBound(ControlServer(routes, events: hub, on: loop, limits: limits), eventLoop: loop)
    }.wait()
    try listen()
  }

  func listen() throws {
    let (server, path) = (server, path)
    try loop.flatSubmit {
      do { return try server.value.listen(on: path) } catch { return self.loop.makeFailedFuture(error) }
    }.wait()
  }

  /// Tells events with a text of some length.
  func publish(_ count: Int, length: Int = 0) throws {
    let server = server
    try loop.submit {
      for _ in 0..<count {
        server.value.events.publish(
          EventRecord(
            sequence: 0, time: .now, kind: "server-up", level: "notice",
            message: String(repeating: "m", count: length), fields: ["PINTLE_SERVICE": "api"]))
      }
    }.wait()
  }

  func stop() throws {
    let server = server
    try loop.submit { server.value.stop() }.wait()
    try group.syncShutdownGracefully()
    rmdir(String(path.dropLast(ControlPaths.socketName.count + 1)))
  }
}
