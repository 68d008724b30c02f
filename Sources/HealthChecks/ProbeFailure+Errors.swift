import Glibc
import Model
import NIOCore
import NIOHTTP1

extension ProbeFailure {
  /// Reads an error of the system, of NIO or of its HTTP parser that ended a phase.
  init(_ error: any Error, in phase: Phase) {
    switch error {
    case let failure as ProbeFailure: self = failure
    case let error as IOError: self.init(systemError: error.errnoCode, in: phase)
    case ChannelError.connectTimeout: self = .timedOut(.connect)
    case HTTPParserError.invalidEOFState: self = .reset(phase)
    case HTTPParserError.headerOverflow: self = .tooMuchData
    case is HTTPParserError, is NIOHTTPDecoderError: self = .malformedResponse
    // All that is left says in one way or another that the connection ended too early.
    default: self = .reset(phase)
    }
  }

  /// Reads an error number of the system that ended a phase.
  init(systemError number: Int32, in phase: Phase) {
    switch number {
    case ECONNREFUSED: self = .refused
    case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: self = .unreachable
    case ETIMEDOUT: self = .timedOut(phase)
    case ECONNRESET, EPIPE, ECONNABORTED: self = .reset(phase)
    // This host's own want: it says nothing of any server, and all of them would fall by it at once.
    case EMFILE, ENFILE: self = .wanting(number, "raise LimitNOFILE=")
    case ENOMEM, ENOBUFS: self = .wanting(number, "this host is short of memory")
    case EADDRNOTAVAIL, EADDRINUSE:
      self = .wanting(number, "is the check's source an address of this host, and has it a port left?")
    case EPERM: self = .wanting(number, "does this host's own firewall drop what the check sends?")
    default: self = .system(number)
    }
  }

  private static func wanting(_ number: Int32, _ hint: String) -> ProbeFailure {
    .misconfigured("\(systemErrorText(number)) (\(hint))")
  }
}
