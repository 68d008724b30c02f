/// Reads configuration files: bytes in, a configuration or the reasons why there is none out.
///
/// It is total: every sequence of bytes has an answer, in time that is bounded by the largest file allowed, and
/// nothing but its arguments has a say in it.
package enum ConfigurationReader {
  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: what diagnostics call the file.
  /// - Returns: the configuration, or the reasons why there is none.
  package static func read(_ bytes: [UInt8], file: String) -> ConfigurationReading {
    let text = SourceText(bytes)
    let report = Report(file: file)
    text.check(report)
    if report.hasErrors {
      return ConfigurationReading(file: file, text: text, draft: DirectorDraft(), report)
    }
    guard let root = NodeComposer.compose(text, report) else {
      return ConfigurationReading(file: file, text: text, draft: DirectorDraft(), report)
    }
    let draft = DirectorDecoder.decode(root, report)
    DirectorRules(draft: draft, report: report).check()
    return ConfigurationReading(file: file, text: text, draft: draft, report)
  }
}
