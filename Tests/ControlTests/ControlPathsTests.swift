import Control
import Testing

@Suite("Where the daemon listens")
struct ControlPathsTests {
  @Test("The socket has the program's name")
  func name() { #expect(ControlPaths.socketName == "pintle.sock") }
}
