internal import ArgumentParser
internal import Control

struct HandoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handover", abstract: "Give the virtual addresses to the peer, and stay out until resume.",
    discussion: "Without a living peer this host keeps them.")

  @OptionGroup var selection: RouterSelection
  @OptionGroup var daemon: DaemonOptions

  func run() throws { try selection.post(ControlPaths.handover, daemon) }
}
