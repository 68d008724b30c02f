/// What went wrong between this process and the kernel's netlink, below the meaning of any one family.
public enum NetlinkError: Error, Hashable, Sendable {
  /// The kernel refused a request; the raw error number of `nlmsgerr`, as a positive number.
  case refused(errno: Int32)
  /// No generic netlink family has this name: its module is not there.
  case noSuchFamily(String)
  /// No answer came within the receive time-out; the request may have been carried out.
  case timedOut
  /// Answers were lost because the receive buffer was full (ENOBUFS); the requests may have been carried out.
  case answersLost
  /// The table changed under a dump, time and again (`NLM_F_DUMP_INTR`).
  case interrupted
  /// What the kernel sent does not parse.
  case malformed(WireError)
  /// A system call on the socket failed: which one, and the raw error number.
  case system(call: String, errno: Int32)
}

extension NetlinkError: CustomStringConvertible {
  /// The failure as an operator reads it.
  public var description: String {
    switch self {
    case .refused(let number): "the kernel refused it: \(errorText(number))"
    case .noSuchFamily(let name): "the kernel has no \(name) netlink family (is its module loaded?)"
    case .timedOut: "no answer from the kernel within the time-out"
    case .answersLost: "answers were lost: the socket's receive buffer overflowed"
    case .interrupted: "the kernel's table kept changing while it was read"
    case .malformed(let error): "the kernel's answer does not parse: \(error)"
    case .system(let call, let number): "\(call): \(errorText(number))"
    }
  }
}
