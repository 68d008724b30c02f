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

  /// Reads it as ``read(against:)`` does, and returns its text as well.
  func readWithText() throws(Failure) -> (configuration: DirectorConfiguration, text: [UInt8]) {
    let text: [UInt8]
    do {
      text = try readFile(file)
    } catch {
      throw Failure("cannot read \(file)", error)
    }
    return (try told { () throws(ConfigurationRefusal) in try loadConfiguration(text, file: file) }, text)
  }
}

/// Reads a configuration; its diagnostics go to standard error, one a line.
///
/// - Returns: what it says.
/// - Throws: where the file cannot be read or has an error.
func readConfiguration(
  _ path: String, against interfaces: [InterfaceFacts]? = nil
) throws(Failure) -> DirectorConfiguration {
  try told { () throws(ConfigurationRefusal) in try loadConfiguration(path, against: interfaces) }
}

/// Tells what loading a configuration finds, a line each.
private func told(
  _ load: () throws(ConfigurationRefusal) -> (configuration: DirectorConfiguration, warnings: [String])
) throws(Failure) -> DirectorConfiguration {
  do throws(ConfigurationRefusal) {
    let (configuration, warnings) = try load()
    for warning in warnings { writeErrorLine(warning) }
    return configuration
  } catch {
    for detail in error.details { writeErrorLine(detail) }
    throw Failure("\(error); nothing was changed")
  }
}
