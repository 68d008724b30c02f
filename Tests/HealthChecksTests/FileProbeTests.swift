import HealthChecks
import Model
import Testing

@Suite("The file probe")
struct FileProbeTests {
  private let directory: TemporaryDirectory
  private let server: Endpoint

  init() throws {
    directory = try TemporaryDirectory()
    server = try #require(Endpoint("10.0.0.11:6443"))
  }

  private func report(_ name: String, holdsWeight: Bool = false) async throws -> ProbeReport {
    let file = HealthCheck.File(path: directory.file(name), holdsWeight: holdsWeight)
    return try await Probing().report(server, .file(file))
  }

  @Test("asks whether a file exists, of each server its own")
  func existence() async throws {
    #expect(
      try await report("{address}-{port}{x}").result
        == .failed(.absent(directory.file("10.0.0.11-6443{x}"))))
    try directory.write("text", to: "10.0.0.11-6443{x}")
    let found = try await report("{address}-{port}{x}")
    #expect(found.result == .healthy)
    #expect(found.weight == nil)
  }

  @Test("reads a weight", arguments: [("0\n", 0), (" 17", 17), ("65535", 65535)] as [(String, UInt32)])
  func weight(_ text: String, weight: UInt32) async throws {
    try directory.write(text, to: "weight")
    let found = try await report("weight", holdsWeight: true)
    #expect(found.result == .healthy)
    #expect(found.weight == weight)
  }

  @Test("refuses what is no weight", arguments: ["", "-1", "65536", "1 2", "0x10", "99999999999999999999"])
  func noWeight(_ text: String) async throws {
    try directory.write(text, to: "weight")
    let expected = ProbeFailure.misconfigured("\(directory.file("weight")): no number from 0 to 65535")
    #expect(try await report("weight", holdsWeight: true).result == .failed(expected))
  }
}
