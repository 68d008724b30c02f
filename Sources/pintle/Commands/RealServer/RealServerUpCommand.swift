internal import ArgumentParser

struct RealServerUpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Set up what is missing; what is there already is left alone.")

  @OptionGroup var options: RealServerOptions

  func run() throws {
    guard let needs = try options.needs() else { return }
    var host = try RealServerHost(needs, directory: options.directory)
    try host.up()
  }
}
