import Glibc
import Testing

/// `docs/rfc9568.md` names a test for every requirement; the tests must be there.
@Suite("The ledger of RFC 9568")
struct LedgerTests {
  static let tests = directory(of: directory(of: #filePath))
  static let rows = read("\(directory(of: tests))/docs/rfc9568.md").split(separator: "\n")
    .map { $0.split(separator: "|").map { String($0.drop { $0 == " " }) } }
    .filter { $0.count == 4 && $0[0].first?.isNumber == true }

  static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  static func read(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// What stands in backticks and has a dot in it: `Suite.function`.
  static func references(_ cell: String) -> [(suite: String, function: String)] {
    cell.split(separator: "`").compactMap { piece in
      let parts = piece.split(separator: ".")
      guard parts.count == 2, parts[0].hasSuffix("Tests") else { return nil }
      return (String(parts[0]), String(parts[1]))
    }
  }

  /// The source of a suite, in whichever target it is.
  static func source(of suite: String) -> String {
    for target in ["VRRPTests", "ConfigurationTests", "HostTests", "InteropTests"] {
      let text = read("\(tests)/\(target)/\(suite).swift")
      if !text.isEmpty { return text }
    }
    return ""
  }

  @Test("Every section with a requirement is there")
  func completeness() {
    let sections = Set(
      Self.rows.flatMap { $0[0].split(separator: ",").compactMap { $0.split(separator: " ").first } })
    let expected = [
      "2.5", "5.1.1.2", "5.1.1.3", "5.1.2.2", "5.1.2.3", "5.2.2", "5.2.4", "5.2.5", "5.2.6", "5.2.8", "5.2.9",
      "6.1",
      "6.4.1",
      "6.4.2", "6.4.3", "7.1", "7.2", "7.4", "8.1.2", "8.1.3", "8.2.1", "8.2.2", "8.2.3", "8.2.4", "8.3.1",
      "8.3.2",
      "8.4.2", "8.4.2.1.1", "9",
    ]
    #expect(expected.filter { !sections.contains(Substring($0)) } == [])
    #expect(Self.rows.count >= 60)
  }

  @Test("Every row names a test, or says why there is none")
  func evidence() {
    for row in Self.rows {
      let isExcused = ["**kernel**", "**not applicable**", "**deviates**"].contains { row[2].contains($0) }
      #expect(isExcused || !Self.references(row[2]).isEmpty, "\(row[0]): \(row[1])")
      #expect(row[3].hasPrefix("—") || !Self.references(row[3]).isEmpty, "\(row[0]): \(row[1])")
    }
  }

  @Test(
    "Every test that is named exists",
    arguments: Array(Set(rows.flatMap { references($0[2] + $0[3]).map { "\($0.suite).\($0.function)" } }))
      .sorted())
  func existence(_ name: String) {
    let parts = name.split(separator: ".")
    let source = Self.source(of: String(parts[0]))
    let isTest = source.split(separator: "@Test").dropFirst().contains { piece in
      guard let function = piece.split(separator: "func ", maxSplits: 1).dropFirst().first else {
        return false
      }
      return function.prefix { $0.isLetter || $0.isNumber } == parts[1]
    }
    #expect(isTest, "there is no test \(name)")
  }
}
