import Glibc
import TestSupport
import Testing

/// The programs that virtual routers tell and ask, every 100 ms an advertisement.
@Suite("Programs of the operator", .serialized, .enabled(if: Shell.isInNamespace))
struct ProgramTests {
  private let lan: LAN

  init() throws { lan = try LAN() }

  @Test("The operator's program hears of every change of role, in their order, and why")
  func notify() async throws {
    let told = "\(Files.directory)/told"
    let script = try Files.write(
      "#!/bin/sh\necho $PINTLE_ROUTER $PINTLE_PREVIOUS_ROLE $PINTLE_ROLE $PINTLE_ADDRESSES: $PINTLE_REASON >>\(told)\n",
      to: "notify")
    try Shell.run("rm -f \(told); chmod +x \(script)")
    let router = try lan.pintle(on: 1, priority: 150, "notify: \(script)")
    try await lan.expectHolder(1)
    router.terminate()
    #expect(
      Files.read(told) == """
        vip initialize backup 10.1.0.100/32: started
        vip backup active 10.1.0.100/32: nobody else is there
        vip active initialize 10.1.0.100/32: stopped

        """)
  }

  @Test("A script that fails gives the address to the peer, and one that succeeds again takes it back")
  func script() async throws {
    let flag = "\(Files.directory)/unwell"
    try Shell.run("rm -f \(flag)")
    _ = try await lan.pair(
      """
      track: {scripts: [{name: uplink, command: [/usr/bin/test, "!", "-e", \(flag)-$HOST], interval: 200ms, timeout: 150ms, rise: 1, fall: 2}]}
      """)
    try Shell.run("touch \(flag)-1")
    try await lan.expectHolder(2)
    try Shell.run("rm \(flag)-1")
    try await lan.expectHolder(1)
  }

  @Test("A script that cannot be killed fails, again and again, and no other one is started beside it")
  func unkillable() async throws {
    let file = try Files.write(UnkillableProgram.text, to: "unkillable.py")
    let (starts, tracer) = ("\(Files.directory)/starts", "\(Files.directory)/tracer")
    try Shell.run("rm -f \(starts) \(tracer)")
    let router = try lan.pintle(
      on: 1, priority: 150,
      """
      track: {scripts: [{name: disk, command: [/usr/bin/python3, \(file), \(starts), \(tracer)], interval: 2s, timeout: 2s, rise: 1, fall: 2, weight: -30}]}
      """)
    // The first failure is the time that is over, the second that it is still there.
    try await eventually("it counts") {
      router.output.contains("warning: vip: priority 120 instead of 150: script disk fails\n")
    }
    #expect(Files.read(starts) == "start ")
    kill(try #require(pid_t(Files.read(tracer))), SIGKILL)
    try await eventually("the next one succeeds") {
      router.output.contains("notice: vip: priority 150 again; no longer: script disk fails\n")
    }
    #expect(Files.read(starts) == "start start ")
  }
}
