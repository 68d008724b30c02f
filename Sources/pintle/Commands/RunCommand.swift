internal import ArgumentParser
internal import Configuration

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "The daemon: program the services, check their servers, keep the table right.",
    discussion: """
      SIGHUP reads the configuration again. SIGTERM or SIGINT stops it and leaves forwarding as it is, unless the \
      configuration says stop: remove; the next start takes it over.
      """)

  @Option(name: .shortAndLong, help: "The configuration.")
  var config = ConfigurationFile.defaultPath

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let lock = try runtime.directory.lock()
    try Daemon.run(try readConfiguration(config), from: config, runtime: runtime.directory)
    _ = consume lock
  }
}
