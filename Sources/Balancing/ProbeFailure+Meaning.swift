import Model

extension ProbeFailure {
  /// What a failed check says of the server.
  enum Meaning {
    /// Nobody answers: whatever connections it had are lost.
    case silent
    /// Somebody answers, and not as a server should that is ready: its connections may live.
    case unready
    /// It says that it is about to end.
    case leaving
    /// It answers, and does not tell whoever has no credentials.
    case reserved(status: Int)
    /// The check itself could not run.
    case nothing(String)
  }

  /// What this failure says of the server.
  var meaning: Meaning {
    switch self {
    // A program that hangs says nothing of what it was to ask.
    case .timedOut(.program): .unready
    case .refused, .unreachable, .timedOut, .reset: .silent
    case .shuttingDown: .leaving
    case .unauthorized(let status): .reserved(status: status)
    case .misconfigured(let reason): .nothing(reason)
    case .untrusted, .wrongName, .expired, .handshake, .status, .content, .responseCode, .exited, .killed,
      .absent, .malformedResponse, .tooMuchData, .system:
      .unready
    }
  }
}
