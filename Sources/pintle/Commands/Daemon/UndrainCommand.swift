internal import ArgumentParser
internal import Control

struct UndrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undrain", abstract: "Give a server back after maintenance.")

  @OptionGroup var selection: ServerSelection
  @OptionGroup var daemon: DaemonOptions

  func run() throws { try selection.post(ControlPaths.undrain, "is back in the hands of its checks", daemon) }
}
