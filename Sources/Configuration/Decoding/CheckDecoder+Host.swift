internal import Model

extension CheckDecoder {
  /// Reads a program and its arguments.
  static func exec(_ fields: inout Fields) -> HealthCheck.Exec? {
    let hasDynamicWeight = fields.optional("dynamicWeight", .boolean) ?? false
    guard let node = fields.required("command"),
      let command = CommandDecoder.decode(node, "'command'", fields.report)
    else { return nil }
    return HealthCheck.Exec(command: command, hasDynamicWeight: hasDynamicWeight)
  }

  /// Reads a file's path, and what the file holds.
  static func file(_ fields: inout Fields) -> HealthCheck.File? {
    let holdsWeight = fields.optional("weight", .boolean) ?? false
    return fields.required("path", .file).map { HealthCheck.File(path: $0, holdsWeight: holdsWeight) }
  }
}
