import Glibc
import HealthChecks
import Model
import Testing

@Suite("Thousands of probes")
struct EnduranceTests {
  @Test("leave no descriptor and no memory behind", .timeLimit(.minutes(15)))
  func flat() async {
    // In a process of its own, where nobody else opens anything.
    await #expect(processExitsWith: .success) {
      closeInheritedSockets()
      let directory = try TemporaryDirectory()
      let authority = try Authority("authority", in: directory)
      let other = try Authority("other", in: directory)
      let identity = try authority.issue("IP:127.0.0.1")
      let good = try await TestServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), as: identity)
      let silent = try await TestServer(.silence)
      let resetting = try await TestServer(.reset)
      let echo = try await DatagramServer { [$0] }
      let closed = try RawListener.refusing()
      let deaf = try RawListener.deaf()
      // None that the system gives to other probes' sockets.
      let unused = Endpoint(.ipv4(IPv4Address(127, 0, 0, 1)), port: 1)
      let http = HealthCheck.HTTP()
      let tls = trusting(authority)
      let endless = Duration.seconds(60)
      // Without a result: it depends on the machine which phase the deadline falls in.
      let probes: [(Endpoint, HealthCheck.Probe, Duration, ProbeResult?)] = [
        (good.endpoint, .tcp, endless, .healthy),
        (good.endpoint, .tls(tls), endless, .healthy),
        (good.endpoint, .https(http, tls), endless, .healthy),
        (good.endpoint, .https(http, trusting(other)), endless, .failed(.untrusted)),
        (resetting.endpoint, .https(http, tls), endless, .failed(.reset(.handshake))),
        (resetting.endpoint, .http(http), endless, .failed(.reset(.response))),
        (closed.endpoint, .tcp, endless, .failed(.refused)),
        (deaf.endpoint, .tcp, .milliseconds(5), .failed(.timedOut(.connect))),
        (silent.endpoint, .http(http), .milliseconds(250), nil),
        (echo.endpoint, .udp(HealthCheck.UDP(payload: [1], expectedAnswer: [1])), endless, .healthy),
        (echo.endpoint, .dns(HealthCheck.DNS()), .milliseconds(50), .failed(.timedOut(.response))),
        (unused, .udp(HealthCheck.UDP()), endless, .failed(.refused)),
        (closed.endpoint, .exec(HealthCheck.Exec(command: ["/bin/true"])), endless, .healthy),
      ]
      let probing = try await Probing()
      func rounds(_ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<count {
            for (endpoint, probe, timeout, expected) in probes {
              group.addTask {
                let report = try await probing.report(endpoint, probe, timeout: timeout)
                #expect(
                  report.result == expected ?? report.result, "\(probe) of \(endpoint): \(report.result)")
              }
            }
          }
          try await group.waitForAll()
        }
      }

      // The runtime opens a few of its own when it likes; a leak would be a matter of hundreds.
      let descriptors = openDescriptors() + 4
      for _ in 0..<5 { try await rounds(10) }
      // With time, a hundred thousand.
      let isLong = getenv("PINTLE_LONG") != nil
      let count = isLong ? 770 : 20
      var memory = [residentMemory()]
      for round in 1...count {
        try await rounds(10)
        if round % (count / 10) == 0 { memory.append(residentMemory()) }
      }
      // The server's side of the last connections closes in its own time.
      for _ in 0..<500 where openDescriptors() > descriptors { try await Task.sleep(for: .milliseconds(10)) }
      let figures =
        "\(openDescriptors()) descriptors of \(descriptors); MB after each tenth: \(memory.map { $0 >> 20 })"
      #expect(openDescriptors() <= descriptors, "\(figures)")
      // Over a hundred thousand, the heap of a process with so many threads, the servers' among them, takes its time to
      // find its size.
      #expect(memory[10] - memory[isLong ? 5 : 0] < 8 << 20, "\(figures)")
    }
  }
}

/// Closes the sockets of the process that this one was started from: its peers would wait for their end.
private func closeInheritedSockets() {
  for descriptor in 3..<1024 {
    var status = stat()
    guard fstat(Int32(descriptor), &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { continue }
    close(Int32(descriptor))
  }
}

/// How many sockets, files and pipes this process has open.
///
/// Event queues and timers, which have no type, are the runtime's own, and it opens them when it pleases.
private func openDescriptors() -> Int {
  (0..<1024).count {
    var status = stat()
    return fstat(Int32($0), &status) == 0 && status.st_mode & S_IFMT != 0
  }
}

/// The resident memory of this process in bytes.
private func residentMemory() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return .max }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  guard fgets(&line, Int32(line.count), file) != nil else { return .max }
  let fields = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
  return (Int(fields[1]) ?? .max) * Int(getpagesize())
}
