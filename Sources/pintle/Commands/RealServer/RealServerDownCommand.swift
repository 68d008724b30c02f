internal import ArgumentParser

struct RealServerDownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Undo it: connections of these services end.")

  @OptionGroup var options: RealServerOptions

  func run() throws {
    var host = try options.host()
    try host.down()
  }
}
