internal import NIOCore
internal import NIOHTTP1

/// One client: takes one request, answers it and closes.
///
/// Nothing that the client does or leaves undone outlasts its
/// deadline, but following the events.
final class ControlConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case reading
    case answering
    case following(Int)
    case done
  }

  private let server: ControlServer
  private let byteLimit: ByteLimit
  /// Nil where the client came by a way that tells nothing about it.
  private let peer: PeerCredentials?
  private let isOneTooMany: Bool
  private var state = State.reading
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var deadline: Scheduled<Void>?

  init(_ server: ControlServer, limitedBy byteLimit: ByteLimit, peer: PeerCredentials?, isOneTooMany: Bool) {
    self.server = server
    self.byteLimit = byteLimit
    self.peer = peer
    self.isOneTooMany = isOneTooMany
  }

  func channelActive(context: ChannelHandlerContext) {
    if isOneTooMany {
      return fail(.serviceUnavailable, "too many clients at a time: try again in a moment", context)
    }
    within(server.limits.requestTime, context) { connection, context in
      connection.fail(.requestTimeout, "the request did not come in time", context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    if case .following(let number) = state { server.events.unfollow(number) }
    state = .done
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .reading = state else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      byteLimit.hasHead = true
      self.head = head
      if head.headers[canonicalForm: "expect"].contains("100-continue") {
        let goOn = HTTPResponseHead(version: head.version, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
      }
    case .body(var bytes):
      body.writeBuffer(&bytes)
      if body.readableBytes > server.limits.body {
        fail(.payloadTooLarge, "the body is larger than \(server.limits.body >> 20) MiB", context)
      }
    case .end: handle(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard case .reading = state else { return context.close(promise: nil) }
    switch error {
    case ByteLimit.Excess.body:
      fail(.payloadTooLarge, "the body is larger than \(server.limits.body >> 20) MiB", context)
    case ByteLimit.Excess.head, HTTPParserError.headerOverflow:
      fail(
        .requestHeaderFieldsTooLarge, "the headers are larger than \(server.limits.head >> 10) KiB", context)
    case is HTTPParserError: fail(.badRequest, "this is no HTTP request", context)
    default: context.close(promise: nil)
    }
  }

  private func handle(_ context: ChannelHandlerContext) {
    guard let head else { return }
    deadline?.cancel()
    state = .answering
    let request = ControlRequest(head.method, target: head.uri, body: Array(body.readableBytesView))
    body = ByteBuffer()
    if head.method == .GET, request.path == ControlPaths.events {
      return answerEvents(follow: request.query["follow"] != nil, context)
    }
    do {
      let route = try server.route(for: request, of: peer)
      try route.answer(request).assumeIsolated().whenComplete { [weak self] result in
        guard let self, case .answering = state else { return }
        switch result {
        case .success(let response): answer(response, context)
        case .failure(let error): answer(ControlResponse(error), context)
        }
      }
    } catch {
      answer(ControlResponse(error), context)
    }
  }

  private func answerEvents(follow: Bool, _ context: ChannelHandlerContext) {
    if follow, server.events.followerCount >= server.limits.followers {
      return fail(.serviceUnavailable, "too many clients follow the events already", context)
    }
    writeHead(.ok, ["content-type": "application/x-ndjson"], context)
    let history = server.events.history
    if history.readableBytes > 0 { write(history, context) }
    context.flush()
    guard follow else { return end(context) }
    state = .following(
      server.events.follow { [weak self] line in
        guard let self else { return }
        // What waits for a reader who does not read is not kept for it.
        guard context.channel.isWritable else { return context.close(promise: nil) }
        write(line, context)
        context.flush()
      })
  }

  private func fail(_ status: HTTPResponseStatus, _ message: String, _ context: ChannelHandlerContext) {
    answer(ControlResponse(ErrorRecord(message), status: status), context)
  }

  private func answer(_ response: ControlResponse, _ context: ChannelHandlerContext) {
    var headers: HTTPHeaders = [
      "content-type": response.contentType, "content-length": "\(response.body.count)",
    ]
    if let allowed = response.allowed { headers.add(name: "allow", value: allowed.rawValue) }
    writeHead(response.status, headers, context)
    write(ByteBuffer(bytes: response.body), context)
    end(context)
  }

  private func writeHead(
    _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ context: ChannelHandlerContext
  ) {
    var headers = headers
    headers.add(name: "connection", value: "close")
    headers.add(name: "cache-control", value: "no-store")
    let head = HTTPResponseHead(version: head?.version ?? .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
  }

  /// Ends the answer, and gives the client a moment to close first: a socket that is closed over unread bytes resets,
  /// and the answer would be lost with them.
  private func end(_ context: ChannelHandlerContext) {
    state = .done
    within(server.limits.answerTime, context) { _, context in context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [weak self] _ in
      guard let self, context.channel.isActive else { return }
      context.close(mode: .output, promise: nil)
      within(server.limits.lingerTime, context) { _, context in context.close(promise: nil) }
    }
  }

  private func within(
    _ time: TimeAmount, _ context: ChannelHandlerContext,
    _ act: @escaping (ControlConnection, ChannelHandlerContext) -> Void
  ) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      guard let self, context.channel.isActive else { return }
      act(self, context)
    }
  }
}
