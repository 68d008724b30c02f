internal import ArgumentParser
internal import Configuration

/// The configuration file of a command.
struct ConfigurationFile: ParsableArguments {
  /// Where the configuration is when nobody says otherwise.
  static let defaultPath = "/etc/pintle/pintle.yaml"

  @Argument(help: "The configuration; - is standard input.")
  var file = ConfigurationFile.defaultPath

  /// Reads it; its diagnostics go to standard error.
  ///
  /// - Parameter interfaces: those of the host that it is for; nil where that may be another one.
  /// - Returns: what it says.
  /// - Throws: where the file cannot be read or has an error.
  func read(against interfaces: [InterfaceFacts]? = nil) throws(Failure) -> DirectorConfiguration {
    try readConfiguration(file, against: interfaces)
  }
}

/// Reads a configuration; its diagnostics go to standard error, one a line.
///
/// - Returns: what it says.
/// - Throws: where the file cannot be read or has an error.
func readConfiguration(
  _ path: String, against interfaces: [InterfaceFacts]? = nil
) throws(Failure) -> DirectorConfiguration {
  let bytes: [UInt8]
  do {
    bytes = try readFile(path)
  } catch {
    throw Failure("cannot read \(path)", error)
  }
  var reading = ConfigurationReader.read(bytes, file: path)
  if let interfaces { reading = reading.checked(against: interfaces) }
  for diagnostic in reading.diagnostics { writeErrorLine(diagnostic.rendered) }
  guard let configuration = reading.configuration else {
    let count = reading.diagnostics.count { $0.severity == .error }
    throw Failure("\(path): \(count == 1 ? "1 error" : "\(count) errors"); nothing was changed")
  }
  return configuration
}
