import NIOSSL

/// What BoringSSL says of a connection that it gave up, in the terms that a probe distinguishes.
enum TLSFailure: Hashable {
  /// The server ended the connection.
  case closed
  /// The server's certificate did not pass verification.
  case certificateRefused
  /// The server speaks no TLS, or none that both sides accept; BoringSSL's words for it, or the server's alert.
  case protocolError(String)

  /// Reads BoringSSL's error stack.
  init(_ error: BoringSSLError) {
    switch error {
    case .zeroReturn:
      self = .closed
    case .sslError(let stack) where stack.contains(.eofDuringHandshake):
      self = .closed
    case .sslError(let stack), .unknownError(let stack):
      let reasons = stack.map(\.reason)
      self =
        reasons.contains("CERTIFICATE_VERIFY_FAILED")
        ? .certificateRefused : .protocolError(reasons.map(readable).joined(separator: ", "))
    default:
      self = .protocolError("\(error)")
    }
  }
}

extension BoringSSLInternalError {
  /// The symbolic reason: its text is `Error: N error:CODE:LIBRARY:FUNCTION:REASON at FILE:LINE`, and neither
  /// the numbers nor the file mean anything to an operator.
  fileprivate var reason: Substring {
    let fields = description.split(separator: ":", omittingEmptySubsequences: false)
    guard let function = fields.firstIndex(of: "OPENSSL_internal"), function + 1 < fields.endIndex else {
      return description[...]
    }
    let reason = fields[function + 1]
    return reason.prefix { $0 != " " }
  }
}

/// `WRONG_VERSION_NUMBER` as words.
private func readable(_ reason: Substring) -> String {
  String(reason.lowercased().map { $0 == "_" ? " " : $0 })
}
