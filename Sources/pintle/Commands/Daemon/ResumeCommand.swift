internal import ArgumentParser
internal import Control

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Take part again after a handover.")

  @OptionGroup var selection: RouterSelection
  @OptionGroup var daemon: DaemonOptions

  func run() throws { try selection.post(ControlPaths.resume, daemon) }
}
