internal import ArgumentParser
internal import Configuration

/// Why a configuration cannot be used.
struct ConfigurationRefusal: Error, CustomStringConvertible {
  /// What failed, in short: `/etc/pintle/pintle.yaml: 2 errors`.
  let description: String
  /// What is wrong in particular, each with its place in the file.
  let details: [String]
}

/// Reads a configuration, without a word.
///
/// - Returns: what it says, and what its reader warns of.
/// - Throws: where the file cannot be read or has an error.
func loadConfiguration(
  _ path: String, against interfaces: [InterfaceFacts]? = nil
) throws(ConfigurationRefusal) -> (configuration: DirectorConfiguration, warnings: [String]) {
  let bytes: [UInt8]
  do {
    bytes = try readFile(path)
  } catch {
    throw ConfigurationRefusal(description: "cannot read \(path): \(error)", details: [])
  }
  return try loadConfiguration(bytes, file: path, against: interfaces)
}

/// Reads the text of a configuration, without a word.
///
/// - Returns: what it says, and what its reader warns of.
/// - Throws: where it has an error.
func loadConfiguration(
  _ bytes: [UInt8], file path: String, against interfaces: [InterfaceFacts]? = nil
) throws(ConfigurationRefusal) -> (configuration: DirectorConfiguration, warnings: [String]) {
  var reading = ConfigurationReader.read(bytes, file: path)
  if let interfaces { reading = reading.checked(against: interfaces) }
  let diagnostics = reading.diagnostics.map(\.rendered)
  guard let configuration = reading.configuration else {
    let count = reading.diagnostics.count { $0.severity == .error }
    throw ConfigurationRefusal(
      description: "\(path): \(count == 1 ? "1 error" : "\(count) errors")", details: diagnostics)
  }
  return (configuration, diagnostics)
}
