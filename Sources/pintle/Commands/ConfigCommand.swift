internal import ArgumentParser
internal import Configuration

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print a configuration in its long form, with every default.")

  @OptionGroup var file: ConfigurationFile

  func run() throws {
    writeOutput(ConfigurationWriter.write(try file.read()))
  }
}
