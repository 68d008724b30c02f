/// Why a probe failed; each reason is one that an operator would act on differently.
public enum ProbeFailure: Hashable, Sendable, Error {
  /// The phases of a probe, in their order.
  public enum Phase: String, Hashable, Sendable {
    /// Until the connection is there.
    case connect
    /// Until TLS is agreed upon.
    case handshake = "TLS handshake"
    /// Until the answer is complete.
    case response
    /// Until the program has ended, or the file is looked at.
    case program
  }

  /// Nothing listens on the port.
  case refused
  /// No route, or the network says that there is no such host.
  case unreachable
  /// The deadline passed in this phase.
  case timedOut(Phase)
  /// The server broke the connection in this phase.
  case reset(Phase)
  /// The certificate is of an authority that is not trusted.
  case untrusted
  /// The certificate does not carry this name.
  case wrongName(expected: String)
  /// The certificate's time is over, or has not begun.
  case expired
  /// The handshake failed for another reason.
  case handshake(String)
  /// Reachable, but it wants to know who asks: 401 or 403.
  case unauthorized(Int)
  /// The server says that it is about to end: a 500 whose body has `[-]shutdown`, as kube-apiserver's `/readyz`.
  case shuttingDown
  /// The answer's status is not an expected one.
  case status(Int)
  /// The answer does not contain what is expected.
  case content
  /// A DNS server's response code is not the expected one.
  case responseCode(UInt8)
  /// The program exited with this status.
  case exited(Int32)
  /// The program was ended by this signal.
  case killed(Int32)
  /// There is no such file.
  case absent(String)
  /// What came back is no answer of the protocol.
  case malformedResponse
  /// The answer is larger than a health check should read.
  case tooMuchData
  /// The check itself cannot run: its authority file cannot be read, for one.
  case misconfigured(String)
  /// The system refused something that the check needs; the raw error number.
  case system(Int32)
}

extension ProbeFailure: CustomStringConvertible {
  /// The reason as an operator reads it.
  public var description: String {
    switch self {
    case .refused: "connection refused"
    case .unreachable: "unreachable"
    case .timedOut(let phase): "timed out in \(phase.rawValue)"
    case .reset(let phase): "connection reset in \(phase.rawValue)"
    case .untrusted: "certificate of an untrusted authority"
    case .wrongName(let expected): "certificate does not name \(expected)"
    case .expired: "certificate expired or not yet valid"
    case .handshake(let reason): "TLS handshake failed: \(reason)"
    case .unauthorized(let status): "status \(status): the check needs credentials"
    case .shuttingDown: "shutting down"
    case .status(let status): "unexpected status \(status)"
    case .content: "answer without the expected content"
    case .responseCode(let code): "unexpected response code \(code)"
    case .exited(let status): "exit status \(status)"
    case .killed(let signal): "ended by signal \(signal)"
    case .absent(let path): "\(path) does not exist"
    case .malformedResponse: "malformed response"
    case .tooMuchData: "response too large"
    case .misconfigured(let reason): "check cannot run: \(reason)"
    case .system(let number): systemErrorText(number)
    }
  }
}
