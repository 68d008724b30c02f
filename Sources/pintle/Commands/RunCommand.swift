internal import ArgumentParser
internal import Configuration

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "The daemon: program the services, check their servers, keep the table right.",
    discussion: "SIGTERM or SIGINT stops it and leaves forwarding as it is; the next start takes it over.")

  @Option(name: .shortAndLong, help: "The configuration.")
  var config = ConfigurationFile.defaultPath

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    try Daemon.run(try readConfiguration(config), ownership: runtime.ownership)
  }
}
