import Glibc
import Model
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import HealthChecks

@Suite("The reasons of failures")
struct ProbeFailureTests {
  @Test(
    "follow the system's error numbers",
    arguments: [
      (ECONNREFUSED, .refused), (EHOSTUNREACH, .unreachable), (ENETUNREACH, .unreachable),
      (ETIMEDOUT, .timedOut(.response)), (ECONNRESET, .reset(.response)), (EPIPE, .reset(.response)),
      (EPROTO, .system(EPROTO)),
    ] as [(Int32, ProbeFailure)])
  func system(number: Int32, expected: ProbeFailure) {
    #expect(ProbeFailure(IOError(errnoCode: number, reason: "connect"), in: .response) == expected)
  }

  @Test(
    "tell what this host itself lacks from what a server does: no server falls by it",
    arguments: [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, EADDRINUSE, EPERM])
  func want(number: Int32) {
    let failure = ProbeFailure(IOError(errnoCode: number, reason: "connect"), in: .connect)
    guard case .misconfigured(let reason) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(reason.hasPrefix("\(String(cString: strerror(number))) ("))
  }

  @Test("keep the phase of an error that only says that the connection ended")
  func ended() {
    #expect(ProbeFailure(ChannelError.eof, in: .handshake) == .reset(.handshake))
    #expect(ProbeFailure(HTTPParserError.invalidEOFState, in: .response) == .reset(.response))
    #expect(ProbeFailure(HTTPParserError.headerOverflow, in: .response) == .tooMuchData)
    #expect(ProbeFailure(HTTPParserError.invalidStatus, in: .response) == .malformedResponse)
  }

  @Test("know a certificate before, in and after its time")
  func validity() throws {
    let directory = try TemporaryDirectory()
    let authority = try Authority("authority", in: directory)
    let certificate = try #require(try NIOSSLCertificate.fromPEMFile(authority.file).first)
    #expect(!certificate.isCurrent(at: certificate.notValidBefore - 1))
    #expect(certificate.isCurrent(at: certificate.notValidBefore))
    #expect(certificate.isCurrent(at: certificate.notValidAfter))
    #expect(!certificate.isCurrent(at: certificate.notValidAfter + 1))
  }
}
