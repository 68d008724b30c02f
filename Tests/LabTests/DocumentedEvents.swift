/// The table of `docs/journal.md`.
struct DocumentedEvents {
  /// The MESSAGE_ID of each kind.
  private(set) var ids: [String: String] = [:]
  /// The fields of each MESSAGE_ID.
  private(set) var fields: [String: Set<String>] = [:]

  /// Reads it.
  init() throws {
    let text = try Lab.shell("cat \(Service.project)/docs/journal.md")
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let words = line.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter {
        $0.offset % 2 == 1
      }.map {
        String($0.element)
      }
      guard words.count >= 2, words[1].utf8.count == 32 else { continue }
      ids[words[0]] = words[1]
      // What stands between backquotes in the sentence is no field.
      fields[words[1]] = Set(words.dropFirst(2).filter { $0.hasPrefix("PINTLE_") })
    }
  }
}
