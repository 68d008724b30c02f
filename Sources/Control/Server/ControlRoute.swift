package import NIOCore
package import NIOHTTP1

/// One thing that can be asked of the daemon.
///
/// What changes something is a POST, and needs the right to it.
package struct ControlRoute {
  /// GET or POST.
  package let method: HTTPMethod
  /// The path: `/v1/status`.
  package let path: String
  /// Answers; called on the server's event loop.
  package let answer: (ControlRequest) throws -> EventLoopFuture<ControlResponse>

  /// A route whose answer takes its time.
  package init(
    _ method: HTTPMethod, _ path: String,
    answer: @escaping (ControlRequest) throws -> EventLoopFuture<ControlResponse>
  ) {
    self.method = method
    self.path = path
    self.answer = answer
  }

  /// A route whose answer is there at once.
  package init(
    _ method: HTTPMethod, _ path: String, on loop: any EventLoop,
    answer: @escaping (ControlRequest) throws -> ControlResponse
  ) {
    self.init(method, path) { loop.makeSucceededFuture(try answer($0)) }
  }
}
