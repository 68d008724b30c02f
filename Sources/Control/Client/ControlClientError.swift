/// Why there is no answer, or none that was hoped for.
package enum ControlClientError: Error, Sendable {
  /// There is no socket.
  case notRunning(path: String)
  /// There is a socket, but nobody behind it.
  case gone(path: String)
  /// The socket is not for this user.
  case notPermitted(path: String)
  /// The daemon was silent for too long.
  case silent(path: String)
  /// A system call failed: its name and the error's text.
  case system(path: String, String)
  /// What came back is no answer.
  case malformed(String)
  /// The daemon says no, and why.
  case refused(ErrorRecord)
}

extension ControlClientError: CustomStringConvertible {
  /// What failed, why, and what to do.
  package var description: String {
    switch self {
    case .notRunning(let path):
      "no daemon runs here: there is no \(path) (systemctl start pintle, or name its --runtime-directory)"
    case .gone(let path):
      "no daemon runs here any more: nobody answers on \(path) (systemctl status pintle says why)"
    case .notPermitted(let path):
      "no permission for \(path): be root or a member of group \(ControlPaths.group)"
    case .silent(let path): "the daemon does not answer on \(path) (systemctl status pintle)"
    case .system(let path, let reason): "cannot ask the daemon on \(path): \(reason)"
    case .malformed(let reason): "the daemon's answer makes no sense: \(reason)"
    case .refused(let record): record.error
    }
  }
}
