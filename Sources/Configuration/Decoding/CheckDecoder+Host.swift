internal import Model

extension CheckDecoder {
  /// Reads a program and its arguments.
  static func exec(_ fields: inout Fields) -> HealthCheck.Exec? {
    let hasDynamicWeight = fields.optional("dynamicWeight", .boolean) ?? false
    guard let node = fields.required("command"),
      let elements = fields.report.elements(of: node, expected: "a program and its arguments", orSingle: true)
    else { return nil }
    guard let first = elements.first else {
      fields.report.add(.emptyList("'command'", needs: "program"), at: node.position)
      return nil
    }
    let program = fields.report.read(first, as: .file)
    let arguments = elements.dropFirst().map { fields.report.read($0, as: .argument) }
    guard let program, !arguments.contains(nil) else { return nil }
    return HealthCheck.Exec(
      command: [program] + arguments.compactMap { $0 }, hasDynamicWeight: hasDynamicWeight)
  }

  /// Reads a file's path, and what the file holds.
  static func file(_ fields: inout Fields) -> HealthCheck.File? {
    let holdsWeight = fields.optional("weight", .boolean) ?? false
    return fields.required("path", .file).map { HealthCheck.File(path: $0, holdsWeight: holdsWeight) }
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
