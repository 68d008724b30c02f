import Configuration
import Glibc
import Model
import Testing

/// Every diagnostic has a file that provokes it, and one with the words it is reported in.
///
/// With UPDATE_GOLDEN in the environment, the second ones are rewritten.
@Suite("A diagnostic")
struct GoldenTests {
  /// A text, and the file that its diagnostics are compared with.
  struct Golden: CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var testDescription: String { name }

    var reading: ConfigurationReading {
      let reading = ConfigurationReader.read(bytes, file: "\(name).yaml")
      return name.hasPrefix("host-") ? reading.checked(against: GoldenTests.interfaces) : reading
    }
  }

  /// The host that files named `host-…` are held against.
  static let interfaces = [
    InterfaceFacts(name: "lo", networks: networks("127.0.0.1/8", "::1/128")),
    InterfaceFacts(name: "eth0", networks: networks("10.0.0.1/24", "10.0.0.250/32", "fd00::1/64")),
    InterfaceFacts(name: "eth1", networks: networks("192.0.2.1/24")),
    InterfaceFacts(name: "eth2", networks: networks("203.0.113.250/32")),
  ]

  static func networks(_ texts: String...) -> [IPNetwork] { texts.compactMap { IPNetwork($0) } }

  static let files = TestFiles.names(in: TestFiles.golden, suffix: ".yaml").map {
    Golden(name: $0, bytes: TestFiles.read("\(TestFiles.golden)/\($0).yaml") ?? [])
  }

  /// Texts that are better made than kept.
  static let generated = [
    Golden(name: "generated-10-megabytes", bytes: Array(repeating: UInt8(ascii: "a"), count: 10_000_000)),
    Golden(name: "generated-binary", bytes: (0...255).map { UInt8($0) }),
    Golden(name: "generated-empty", bytes: []),
    Golden(name: "generated-latin-1", bytes: Array("services: [] # M".utf8) + [0xFC] + Array("nchen\n".utf8)),
    Golden(
      name: "generated-utf-16", bytes: [0xFF, 0xFE] + "services: []\n".utf16.flatMap { [UInt8($0), 0] }),
    Golden(
      name: "generated-byte-order-mark", bytes: [0xEF, 0xBB, 0xBF] + Array("servces: []\n".utf8)),
    Golden(name: "generated-crlf", bytes: Array("# Note\r\n\r\nservces: []\r\n".utf8)),
    Golden(name: "generated-escape", bytes: Array("services: [] # \u{1B}[31m\n".utf8)),
    Golden(name: "generated-right-to-left", bytes: Array("services: []\nx: \u{202E}abc\n".utf8)),
    Golden(
      name: "generated-tabs",
      bytes: Array("controlPlane:\n\tendpoint: 10.0.0.250:6443\n  \tservers: []\n".utf8)),
    Golden(name: "generated-deep-flow", bytes: Array((String(repeating: "[", count: 100_000)).utf8)),
    Golden(
      name: "generated-deep-block",
      bytes: Array((0..<100).map { String(repeating: " ", count: $0) + "a:\n" }.joined().utf8)),
    Golden(
      name: "generated-many-problems", bytes: Array((0..<150).map { "key\($0): 1\n" }.joined().utf8)),
  ]

  @Test("is worded as its golden file says", arguments: files + generated)
  func wording(_ golden: Golden) throws {
    let rendered = golden.reading.diagnostics.map { $0.rendered + "\n" }.joined()
    let path = "\(TestFiles.golden)/\(golden.name).txt"
    if getenv("UPDATE_GOLDEN") != nil { #expect(TestFiles.write(rendered, to: path)) }
    let expected = try #require(TestFiles.read(path))
    #expect(rendered == String(decoding: expected, as: UTF8.self))
    #expect(!rendered.isEmpty)
  }

  @Test("leaves nothing to be used if it is an error", arguments: files + generated)
  func usability(_ golden: Golden) {
    let reading = golden.reading
    #expect((reading.configuration == nil) == reading.diagnostics.contains { $0.severity == .error })
  }

  @Test("has a golden file for each kind", arguments: Problem.Code.allCases)
  func completeness(_ code: Problem.Code) {
    let isCovered = (Self.files + Self.generated).contains {
      $0.reading.diagnostics.contains { $0.problem.code == code }
    }
    #expect(isCovered)
  }

  @Test("no golden file is left over")
  func leftovers() {
    let names = TestFiles.names(in: TestFiles.golden, suffix: ".txt")
    #expect(names == (Self.files + Self.generated).map(\.name).sorted())
  }
}
