import Glibc
import Host
import Testing

@Suite("System errors")
struct SystemErrorTests {
  @Test("An error names the call and the reason")
  func description() {
    #expect(SystemError("bind", EADDRINUSE).description == "bind: Address already in use")
  }
}
