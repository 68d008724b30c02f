import Glibc
import Testing

@Suite("The journal's documentation")
struct JournalDocumentationTests {
  private static let project = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  private static func read(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
  }

  /// The kinds of the program's sources: `name: "server-down", messageID: "…"`, and the helper's two bare strings.
  private static func kinds() throws -> [String: String] {
    let folder = "\(project)/Sources/pintle/Events"
    let directory = try #require(opendir(folder))
    defer { closedir(directory) }
    var kinds: [String: String] = [:]
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasSuffix(".swift") else { continue }
      let strings = read("\(folder)/\(name)").split(separator: "\"", omittingEmptySubsequences: false)
      for (name, id) in zip(strings, strings.dropFirst(2)) where isID(id) {
        let known = kinds.updateValue(String(id), forKey: String(name))
        #expect(known == nil || known == String(id), "\(name) has two IDs")
      }
    }
    return kinds
  }

  private static func isID(_ text: Substring) -> Bool {
    text.utf8.count == 32 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  @Test("Every kind of event stands in docs/journal.md with its MESSAGE_ID, and no other does")
  func kinds() throws {
    var documented: [String: String] = [:]
    for line in Self.read("\(Self.project)/docs/journal.md").split(separator: "\n")
    where line.hasPrefix("| `") {
      let words = line.split(separator: "`", omittingEmptySubsequences: false)
      if words.count > 3, Self.isID(words[3]) { documented[String(words[1])] = String(words[3]) }
    }
    let kinds = try Self.kinds()
    #expect(kinds.count > 40)
    #expect(Set(kinds.values).count == kinds.count, "two kinds share an ID")
    for (name, id) in kinds {
      #expect(documented[name] == id, "add \(name) to docs/journal.md, with its fields")
    }
    for name in documented.keys {
      #expect(kinds[name] != nil, "no event is of kind \(name): take it out of docs/journal.md")
    }
  }
}
