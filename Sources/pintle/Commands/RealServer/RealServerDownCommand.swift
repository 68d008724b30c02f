internal import ArgumentParser

struct RealServerDownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Undo it: connections of these services end.")

  @OptionGroup var options: RealServerOptions

  func run() throws {
    guard let needs = try options.needs() else { return }
    var host = try RealServerHost(needs, directory: options.directory)
    try host.down()
  }
}
