import Glibc
import Model
import NIOCore
import NIOSSL
import NIOTLS

/// The TLS part of a probe: handshake and verification; the handlers after it see a connection that becomes active
/// once both have succeeded.
///
/// The verification is that of BoringSSL (the chain) and NIOSSL (the name), always complete. Two things are added
/// and nothing is relaxed: with a server name, NIOSSL would also accept a certificate for the server's address,
/// this probe does not; and a refusal is told apart, after the fact, into an authority that is not trusted and
/// a time that is over.
final class TLSProbe: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let run: ProbeRun
  private let tls: NIOSSLClientHandler
  private let context: TLSContext
  private let expected: ExpectedIdentity

  private init(_ run: ProbeRun, tls: NIOSSLClientHandler, context: TLSContext, expected: ExpectedIdentity) {
    self.run = run
    self.tls = tls
    self.context = context
    self.expected = expected
  }

  /// The handlers that put TLS under those that follow.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` where no server could ever satisfy the requirements.
  static func handlers(
    _ run: ProbeRun, server: IPAddress, requirements: HealthCheck.TLS, context: TLSContext
  ) throws(ProbeFailure) -> [any ChannelHandler] {
    let expected = try ExpectedIdentity(requirements, server: server)
    let tls: NIOSSLClientHandler
    do {
      tls = try NIOSSLClientHandler(context: context.context, serverHostname: expected.hostname)
    } catch {
      throw .misconfigured("TLS: \(error)")
    }
    return [tls, TLSProbe(run, tls: tls, context: context, expected: expected)]
  }

  func channelActive(context: ChannelHandlerContext) {
    run.enter(.handshake)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    guard let certificate = tls.peerCertificate, expected.isCarried(by: certificate) else {
      return run.fail(.wrongName(expected: expected.description))
    }
    context.fireChannelActive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard run.isHeld(by: context.channel) else { return }
    switch error {
    case NIOSSLError.handshakeFailed(let cause):
      run.fail(diagnosis(of: TLSFailure(cause)))
    case let cause as BoringSSLError:
      run.fail(diagnosis(of: TLSFailure(cause)))
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      run.fail(.wrongName(expected: expected.description))
    default:
      context.fireErrorCaught(error)
    }
  }

  private func diagnosis(of failure: TLSFailure) -> ProbeFailure {
    switch failure {
    case .closed:
      return .reset(run.phase)
    case .protocolError(let reason):
      return .handshake(reason)
    case .certificateRefused:
      let now = time(nil)
      let isOver = tls.peerCertificate.map { !$0.isCurrent(at: now) } ?? false
      return isOver || context.isOutdated(at: now) ? .expired : .untrusted
    }
  }
}
