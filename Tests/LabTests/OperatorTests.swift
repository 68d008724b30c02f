import Glibc
import TestSupport
import Testing

/// What an operator asks of a running director, by the commands and by HTTP.
@Suite("The operator", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct OperatorTests {
  /// Runs a command of Pintle's against the daemon; its output, its errors, and its exit status in the last line.
  private func pintle(_ command: String) throws -> String {
    try Lab.shell("\(Lab.pintle) \(command) --runtime-directory \(DaemonProcess.directory) 2>&1; echo [$?]")
  }

  @Test("plans with what the daemon knows, takes a server out and gives it back, and follows the events")
  func operation() throws {
    let daemon = try DirectorTests.started()
    try daemon.wait("the table") { try DirectorTests.saved() == DirectorTests.table }
    let file = DaemonProcess.configuration

    // Nothing to do; then another weight, which is not written.
    #expect(try pintle("plan \(file)") == "[0]\n")
    let heavier = try Lab.file(
      DirectorTests.configuration.replacing("10.0.0.12, weight: 3", with: "10.0.0.12, weight: 5"))
    #expect(
      try pintle("plan \(heavier)") == "~ server 10.0.0.12:6443 of tcp 10.0.0.250:6443 nat weight 5\n[2]\n")
    #expect(try pintle("plan --json \(heavier)").contains(#""action" : "edit""#))
    #expect(try DirectorTests.saved() == DirectorTests.table)

    let follower = try Lab.shell(
      "\(Lab.pintle) events -f --json --runtime-directory \(DaemonProcess.directory) >/run/lab-events 2>&1 & echo $!"
    )
    defer { _ = try? Lab.shell("kill \(follower)") }
    #expect(try pintle("drain 10.0.0.12") == "api: 10.0.0.12:6443 drains\n[0]\n")
    try daemon.wait("it is out") { try !DirectorTests.saved().contains { $0.contains("10.0.0.12") } }
    #expect(try pintle("status").contains("maintenance"))
    // The daemon knows that this is meant, where a plan without it would put the server back.
    #expect(try pintle("plan \(file)") == "[0]\n")
    // It stays out where the configuration drops it and has it again, and undrain finds it in between.
    try daemon.configure(
      DirectorTests.configuration.replacing(", {address: 10.0.0.12, weight: 3}", with: ""))
    #expect(try pintle("reload").hasSuffix("[0]\n"))
    #expect(try pintle("plan \(Lab.file(DirectorTests.configuration))") == "[0]\n")
    #expect(try pintle("undrain 10.0.0.12:6443").hasSuffix("[0]\n"))
    try daemon.configure(DirectorTests.configuration)
    #expect(try pintle("reload").hasSuffix("[0]\n"))
    try daemon.wait("it is back") { try DirectorTests.saved() == DirectorTests.table }
    try daemon.wait("the events") {
      let events = try Lab.shell("cat /run/lab-events")
      return events.contains(#""kind":"server-maintenance""#)
        && events.contains(#""kind":"server-maintenance-over""#)
    }

    for bad in ["drain 10.0.0.99", "drain nobody", "drain 10.0.0.12 --service web", "handover", "resume"] {
      #expect(try pintle(bad).hasSuffix("[1]\n"), "\(bad)")
    }
    let http =
      "curl -s -o /dev/null -w %{http_code} --unix-socket \(DaemonProcess.directory)/pintle.sock http://localhost"
    #expect(try Lab.shell("\(http)/v1/status") == "200")
    #expect(try Lab.shell("\(http)/v1/nothing") == "404")
    #expect(try Lab.shell("\(http)/v1/drain") == "405")
    #expect(try Lab.shell("\(http)/v1/plan -d 'services: 7'") == "422")
    try Lab.shell("ipvsadm -C")
  }
}
