import Model
import NIOCore
import NIOHTTP1

/// The HTTP part of a probe: one request, and the head of its response decides.
final class HTTPProbe: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// What is offered by ALPN where there is TLS.
  static let applicationProtocol = "http/1.1"

  private let run: ProbeRun
  private let head: HTTPRequestHead
  private let expectedStatus: [ClosedRange<Int>]

  private init(_ run: ProbeRun, head: HTTPRequestHead, expectedStatus: [ClosedRange<Int>]) {
    self.run = run
    self.head = head
    self.expectedStatus = expectedStatus
  }

  /// The handlers that ask over a connection, once it is active.
  ///
  /// - Parameters:
  ///   - run: whom they answer to.
  ///   - host: the value of the Host header.
  ///   - request: what is asked, and which answers are expected.
  /// - Returns: the handlers, the first one nearest to the network.
  /// - Throws: ``ProbeFailure`` `.misconfigured` if the path cannot stand in a request.
  static func handlers(
    _ run: ProbeRun, host: String, request: HealthCheck.HTTP
  ) throws(ProbeFailure) -> [any ChannelHandler] {
    guard request.path.hasPrefix("/"), request.path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .misconfigured("\(request.path.debugDescription) is not a request path")
    }
    let headers: HTTPHeaders = ["Host": host, "User-Agent": "pintle", "Accept": "*/*", "Connection": "close"]
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.path, headers: headers)
    return [
      ResponseLimit(run),
      HTTPRequestEncoder(),
      ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
      HTTPProbe(run, head: head, expectedStatus: request.expectedStatus),
    ]
  }

  func channelActive(context: ChannelHandlerContext) {
    run.enter(.response)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let response) = unwrapInboundIn(data) else { return }
    let status = Int(response.status.code)
    if expectedStatus.contains(where: { $0.contains(status) }) {
      run.succeed()
    } else {
      run.reject(status == 401 || status == 403 ? .unauthorized(status) : .status(status))
    }
  }
}
