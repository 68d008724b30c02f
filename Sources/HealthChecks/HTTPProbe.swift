import Model
import NIOCore
import NIOHTTP1

/// The HTTP part of a probe: requests, one after the other, until an answer is not the expected one.
///
/// A server may end the connection with any answer, as one does that is about to end or keeps none: the requests that are
/// left go over another one.
/// Where only the status matters, the head of the last response decides and its body is not waited for.
final class HTTPProbe: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// What is offered by ALPN where there is TLS.
  static let applicationProtocol = "http/1.1"

  /// What kube-apiserver's `/readyz` says in the body of its status 500 once it is to end.
  private static let shutdownMark = Array("[-]shutdown".utf8)

  private let run: ProbeRun
  private let requests: [HealthCheck.HTTP.Request]
  private let headers: HTTPHeaders
  private let goOn: (ArraySlice<HealthCheck.HTTP.Request>) -> Void
  private var index = 0
  private var content: ContentSearch?
  private var keepsConnection = true
  private var isFailing = false

  private init(
    _ run: ProbeRun, requests: [HealthCheck.HTTP.Request], headers: HTTPHeaders,
    goOn: @escaping (ArraySlice<HealthCheck.HTTP.Request>) -> Void
  ) {
    self.run = run
    self.requests = requests
    self.headers = headers
    self.goOn = goOn
  }

  /// The handlers that ask over a connection, once it is active.
  ///
  /// - Parameters:
  ///   - run: whom they answer to.
  ///   - host: the value of the Host header, unless the check has one of its own.
  ///   - http: what is asked, and which answers are expected.
  ///   - token: the bearer token; nil: none.
  ///   - goOn: asks the requests that are left over another connection.
  /// - Returns: the handlers, the first one nearest to the network.
  /// - Throws: ``ProbeFailure`` `.misconfigured` if a path or a header cannot stand in a request.
  static func handlers(
    _ run: ProbeRun, host: String, http: HealthCheck.HTTP, token: String?,
    goOn: @escaping (ArraySlice<HealthCheck.HTTP.Request>) -> Void
  ) throws(ProbeFailure) -> [any ChannelHandler] {
    guard !http.requests.isEmpty else { throw .misconfigured("no request") }
    for path in http.requests.map(\.path) {
      guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .misconfigured("\(path.debugDescription) is not a request path")
      }
    }
    var headers: HTTPHeaders = ["Host": host, "User-Agent": "pintle", "Accept": "*/*"]
    if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
    // Those that stand for one of ours go first, so that two of the check's own with one name both remain.
    for header in http.headers { headers.remove(name: header.name) }
    for header in http.headers { headers.add(name: header.name, value: header.value) }
    return [
      ResponseLimit(run),
      HTTPRequestEncoder(),
      ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
      HTTPProbe(run, requests: http.requests, headers: headers, goOn: goOn),
    ]
  }

  func channelActive(context: ChannelHandlerContext) {
    ask(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let response): receive(response)
    case .body(let bytes):
      content?.append(bytes)
      guard content?.isFound == true else { return }
      if isFailing { return run.reject(.shuttingDown) }
      if isLast { run.succeed() }
    case .end: finish(context)
    }
  }

  private var isLast: Bool { index == requests.count - 1 }

  private func ask(_ context: ChannelHandlerContext) {
    run.enter(.response)
    content = requests[index].expectedBody.map { ContentSearch(for: Array($0.utf8)) }
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: requests[index].path, headers: headers)
    if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func receive(_ response: HTTPResponseHead) {
    let status = Int(response.status.code)
    keepsConnection = response.isKeepAlive
    guard requests[index].expectedStatus.contains(where: { $0.contains(status) }) else {
      if status == 401 || status == 403 { return run.reject(.unauthorized(status)) }
      guard status == 500 else { return run.reject(.status(status)) }
      // The body tells one that is about to end from one that is not ready.
      isFailing = true
      run.verdict = .status(status)
      content = ContentSearch(for: Self.shutdownMark)
      return
    }
    if isLast, content == nil { run.succeed() }
  }

  private func finish(_ context: ChannelHandlerContext) {
    if isFailing { return run.reject(.status(500)) }
    if let content, !content.isFound { return run.reject(.content) }
    if isLast { return run.succeed() }
    index += 1
    if keepsConnection { return ask(context) }
    run.leaveConnection()
    goOn(requests[index...])
  }
}
