/// What came of reading a configuration file.
package struct ConfigurationReading {
  /// The configuration; nil: at least one of the diagnostics is an error.
  package let configuration: DirectorConfiguration?
  /// Everything that is wrong, in the order of the file.
  package let diagnostics: [Diagnostic]

  private let file: String
  private let text: SourceText
  private let draft: DirectorDraft

  init(file: String, text: SourceText, draft: DirectorDraft, _ report: Report, earlier: [Diagnostic] = []) {
    self.file = file
    self.text = text
    self.draft = draft
    let found = report.diagnostics(in: text)
    diagnostics = earlier + found
    configuration = diagnostics.contains { $0.severity == .error } ? nil : draft.configuration
  }

  /// Holds the configuration against the host that it is for.
  ///
  /// - Parameter interfaces: all of the host's interfaces with their addresses.
  /// - Returns: the same, with what the host cannot have; a configuration that has errors already stays as it is.
  package func checked(against interfaces: [InterfaceFacts]) -> ConfigurationReading {
    if configuration == nil { return self }
    let report = Report(file: file)
    InterfaceRules(draft: draft, interfaces: interfaces, report: report).check()
    return ConfigurationReading(file: file, text: text, draft: draft, report, earlier: diagnostics)
  }
}
