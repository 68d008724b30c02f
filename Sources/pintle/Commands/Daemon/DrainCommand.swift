internal import ArgumentParser
internal import Control

struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Take a server out for maintenance: its connections stay, new ones go elsewhere.",
    discussion: "It stays out until undrain, across reloads and restarts of the daemon.")

  @OptionGroup var selection: ServerSelection
  @OptionGroup var daemon: DaemonOptions

  func run() throws { try selection.post(ControlPaths.drain, "drains", daemon) }
}
