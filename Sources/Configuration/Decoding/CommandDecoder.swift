/// Reads a program by its absolute path, alone or in a list with its arguments.
enum CommandDecoder {
  /// Nil: it could not be read, which is noted; `owner` is what has it, for sentences about it.
  static func decode(_ node: Node, _ owner: String, _ report: Report) -> [String]? {
    guard
      let elements = report.elements(of: node, expected: "a program and its arguments", orSingle: true)
    else { return nil }
    guard let first = elements.first else {
      report.add(.emptyList(owner, needs: "program"), at: node.position)
      return nil
    }
    let program = report.read(first, as: .file)
    let arguments = elements.dropFirst().map { report.read($0, as: .argument) }
    guard let program, !arguments.contains(nil) else { return nil }
    return [program] + arguments.compactMap { $0 }
  }
}

extension Format where Value == String {
  /// An argument of a program: at most 4096 bytes without control characters.
  fileprivate static let argument = Format.text("an argument") { text throws(Problem) in
    guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .malformed(text, expected: "an argument of at most 4096 bytes in one line")
    }
    return text
  }
}
