internal import ArgumentParser

struct RealServerUpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Set up what is missing, and remove what an earlier configuration needed.")

  @OptionGroup var options: RealServerOptions

  func run() throws {
    var host = try options.host()
    try host.up()
  }
}
